"use client";

import { useQuery } from "@tanstack/react-query";
import { reads } from "../../lib/reads.ts";
import { useTRPC } from "../../trpc/context.ts";
import { Empty } from "../parts/Empty.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Part } from "../parts/Part.tsx";
import { WorkspaceView } from "../workspaces/WorkspaceView.tsx";

/** The workspace that an agent works in. */
export function AgentWorkspace({ workspaceId }: { workspaceId: string | null }) {
  return workspaceId ? (
    <Known workspaceId={workspaceId} />
  ) : (
    <Panel>
      <Empty title="No workspace yet">The host makes it when it takes the agent, and reports it here.</Empty>
    </Panel>
  );
}

function Known({ workspaceId }: { workspaceId: string }) {
  const read = useQuery(reads.workspace(useTRPC(), workspaceId));
  return (
    <Part read={read} rows={6}>
      {(answer) => <WorkspaceView {...answer} />}
    </Part>
  );
}
