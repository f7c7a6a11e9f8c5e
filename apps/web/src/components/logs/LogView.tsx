"use client";

import { Skeleton } from "@mantine/core";
import dynamic from "next/dynamic";
import type { LogSubject } from "../../lib/use-log.ts";
import { useRefusal } from "../../lib/use-session.ts";
import { Empty } from "../parts/Empty.tsx";
import { Panel } from "../parts/Panel.tsx";

// Loaded only where a log is shown (CON-13).
const FollowedLog = dynamic(() => import("./FollowedLog.tsx").then((module) => module.FollowedLog), {
  ssr: false,
  loading: () => <Skeleton height={420} radius="lg" />,
});

/** What an agent's session or a host's daemon wrote, followed as it grows; the search is in the address (HST-48). */
export function LogView(subject: LogSubject) {
  const refusal = useRefusal("logs:read");
  if (refusal) {
    return (
      <Panel>
        <Empty title="You cannot read logs">{refusal}.</Empty>
      </Panel>
    );
  }
  return <FollowedLog key={JSON.stringify(subject)} {...subject} />;
}
