import type { WorkspaceReport } from "@signalbox/api/contracts";
import { type Git, inspectWorktree } from "../git/index.ts";

/** An isolated workspace as it is now; null for a shared one, and for one whose worktree is gone. */
export async function lookAt(git: Git, workspace: WorkspaceReport): Promise<WorkspaceReport | null> {
  const { repoRoot, worktreePath, branch, baseBranch } = workspace;
  if (!worktreePath || !branch || !baseBranch) return null;
  const state = await inspectWorktree(git, { repoRoot, worktreePath, branch, baseBranch, maxFiles: 0 });
  const { headSha, ahead, behind, dirtyCount } = state;
  return state.exists ? { ...workspace, headSha, ahead, behind, dirtyFiles: dirtyCount } : null;
}
