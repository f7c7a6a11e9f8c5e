"use client";

import { useQuery } from "@tanstack/react-query";
import { reads } from "../../lib/reads.ts";
import { useTRPC } from "../../trpc/context.ts";
import { ActivityRows } from "../activity/ActivityRows.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Part } from "../parts/Part.tsx";

/** What happened on one host, newest first. */
export function HostActivity({ hostId }: { hostId: string }) {
  const read = useQuery(reads.recordsOn(useTRPC(), hostId));
  return (
    <Panel flush>
      <Part read={read} rows={6}>
        {({ items }) => <ActivityRows items={items} />}
      </Part>
    </Panel>
  );
}
