"use client";

import { useQuery } from "@tanstack/react-query";
import { reads } from "../../lib/reads.ts";
import { useTRPC } from "../../trpc/context.ts";
import { ActivityRows } from "../activity/ActivityRows.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Part } from "../parts/Part.tsx";

/** The latest of who did what. */
export function ActivityFeed() {
  const read = useQuery(reads.activity(useTRPC()));
  return (
    <Panel title="Activity" flush>
      <Part read={read} rows={8}>
        {({ items }) => <ActivityRows items={items.slice(0, 16)} />}
      </Part>
    </Panel>
  );
}
