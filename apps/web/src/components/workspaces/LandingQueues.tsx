"use client";

import { useQuery } from "@tanstack/react-query";
import { reads } from "../../lib/reads.ts";
import { useTRPC } from "../../trpc/context.ts";
import { Empty } from "../parts/Empty.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Part } from "../parts/Part.tsx";
import { LandingQueue } from "./LandingQueue.tsx";

/** The queues of all repositories, those with work first. */
export function LandingQueues() {
  const read = useQuery(reads.queues(useTRPC()));
  return (
    <Part read={read} rows={4}>
      {({ queues }) =>
        queues.length === 0 ? (
          <Panel>
            <Empty title="No landing queue yet">
              Each repository and base branch gets one with the first workspace that says it is ready.
            </Empty>
          </Panel>
        ) : (
          <div style={{ display: "grid", gap: 16 }}>
            {queues
              .toSorted((a, b) => b.entries.length - a.entries.length)
              .map((queue) => (
                <LandingQueue key={`${queue.repository}:${queue.baseBranch}`} queue={queue} />
              ))}
          </div>
        )
      }
    </Part>
  );
}
