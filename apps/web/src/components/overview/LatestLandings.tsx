"use client";

import { useQuery } from "@tanstack/react-query";
import { reads } from "../../lib/reads.ts";
import { useTRPC } from "../../trpc/context.ts";
import { Empty } from "../parts/Empty.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Part } from "../parts/Part.tsx";
import { LandingRow } from "../workspaces/LandingRow.tsx";

const shown = 6;

/** The last changes that became part of a base branch, of all repositories. */
export function LatestLandings() {
  const read = useQuery(reads.queues(useTRPC()));
  return (
    <Panel title="Latest landings" flush>
      <Part read={read}>
        {({ queues }) => {
          const latest = queues
            .flatMap(({ landings, repoRoot }) => landings.map((landing) => ({ landing, repoRoot })))
            .toSorted((a, b) => Date.parse(b.landing.at) - Date.parse(a.landing.at))
            .slice(0, shown);
          if (latest.length === 0) {
            return (
              <Empty title="Nothing has landed yet">
                When an agent in an isolated workspace says that it is ready, its commits are rebased onto the base
                branch and land here.
              </Empty>
            );
          }
          return latest.map(({ landing, repoRoot }) => (
            <LandingRow key={landing.id} landing={landing} repoRoot={repoRoot} withEvidence={false} />
          ));
        }}
      </Part>
    </Panel>
  );
}
