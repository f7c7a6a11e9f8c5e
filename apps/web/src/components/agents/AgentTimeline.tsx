"use client";

import { useQuery } from "@tanstack/react-query";
import { reads } from "../../lib/reads.ts";
import { useTRPC } from "../../trpc/context.ts";
import { ActivityRows } from "../activity/ActivityRows.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Part } from "../parts/Part.tsx";

/** What happened to one agent, newest first. */
export function AgentTimeline({ agentId }: { agentId: string }) {
  const read = useQuery(reads.timeline(useTRPC(), agentId));
  return (
    <Panel flush>
      <Part read={read} rows={6}>
        {({ items }) => <ActivityRows items={items} agentId={agentId} />}
      </Part>
    </Panel>
  );
}
