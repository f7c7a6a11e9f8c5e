import type { LandParams, LandResult } from "@signalbox/api/contracts";
import { CommandFailure, textOf } from "../failure.ts";
import type { Git } from "../git/index.ts";
import { GitError, type LandProgress, land as landChange, WorkspaceError } from "../git/index.ts";
import { JournalUnwritable } from "../journal.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { Handler, Task } from "./handler.ts";

interface Needs {
  git: Git;
  worktreesDir: string;
  sessions: Sessions;
  /** Milliseconds, from any start. */
  elapsed: () => number;
}

/** Lands one change; after a crash the journaled progress says how far it had come (WSP-42). */
export function land({ git, worktreesDir, sessions, elapsed }: Needs): Handler<"workspace.land"> {
  async function change({ params, progress, note }: Task<"workspace.land">): Promise<LandResult> {
    const { workspaceId: id, worktreePath, branch, recycle, repoRoot, baseBranch, commit } = params;
    const since = elapsed();
    const landed = await landChange(git, {
      repoRoot,
      worktreesDir,
      baseBranch,
      commit,
      workspace: { id, worktreePath, branch, recycle },
      progress: (progress.at(-1) as LandProgress | undefined) ?? null,
      onProgress: (step) => note({ ...step }),
    });
    if (landed.outcome === "landed") {
      const { outcome, oldTip, newTip, recycled, recycleBlocked } = landed;
      if (recycled) await sessions.rebranched(id, recycled);
      return { outcome, oldTip, newTip, recycled, recycleBlocked, durationMs: Math.round(elapsed() - since) };
    }
    if (landed.outcome === "base_checkout_dirty") {
      const { outcome, checkout, files, operation } = landed;
      return { outcome, checkout, files: operation ? [...files, `(${operation} in progress)`] : files };
    }
    return landed;
  }

  return {
    keys: ({ workspaceId, repoRoot }: LandParams) => [`workspace:${workspaceId}`, `repository:${repoRoot}`],
    async run(task) {
      try {
        return await change(task);
      } catch (error) {
        if (error instanceof JournalUnwritable) throw error;
        const lines = error instanceof GitError || error instanceof WorkspaceError ? error.lastLines : undefined;
        throw new CommandFailure("error", `The landing failed: ${textOf(error)}`, lines);
      }
    },
    async undo() {
      // What has landed is on the branch that others work from; the relay learns it from the branch's tip.
    },
  };
}
