"use client";

import { useQuery } from "@tanstack/react-query";
import { isUnknown } from "../../lib/problem.ts";
import { reads } from "../../lib/reads.ts";
import { lastPart, signalOf, workspaceSignals } from "../../lib/words.ts";
import { useTRPC } from "../../trpc/context.ts";
import { StateBadge } from "../parts/Lamp.tsx";
import { PageHead } from "../parts/PageHead.tsx";
import { Part } from "../parts/Part.tsx";
import { Time } from "../parts/Time.tsx";
import { UnknownThing } from "../parts/UnknownThing.tsx";
import { WorkspaceView } from "./WorkspaceView.tsx";

/** One workspace: what its state means, what comes next, and what has landed from it. */
export function WorkspacePage({ workspaceId }: { workspaceId: string }) {
  const read = useQuery(reads.workspace(useTRPC(), workspaceId));
  if (isUnknown(read.error))
    return <UnknownThing what="workspace" list="/workspaces?state=all" listName="All workspaces" />;
  return (
    <Part read={read} rows={8}>
      {(answer) => (
        <>
          <PageHead
            title={answer.workspace.branch ?? lastPart(answer.workspace.worktreePath ?? answer.workspace.repoRoot)}
            about={
              <span style={{ display: "inline-flex", gap: 10, alignItems: "center", marginTop: 6 }}>
                <StateBadge signal={signalOf(workspaceSignals, answer.workspace.status)} />
                <Time at={answer.workspace.statusSince} />
              </span>
            }
          />
          <WorkspaceView {...answer} />
        </>
      )}
    </Part>
  );
}
