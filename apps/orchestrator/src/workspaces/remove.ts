import type { WorkspaceReport } from "@signalbox/api/contracts";
import type { Git } from "../git/index.ts";
import { inspectWorktree, removeWorktree } from "../git/index.ts";
import { deleteBranch } from "../git/refs.ts";

interface Needs {
  git: Git;
  worktreesDir: string;
}

/** Removes an isolated workspace in which nothing was done; one with a commit or a changed file stays as it is. */
export async function removeUnused({ git, worktreesDir }: Needs, workspace: WorkspaceReport): Promise<boolean> {
  const { repoRoot, worktreePath, branch, baseBranch, baseSha } = workspace;
  if (!worktreePath || !branch || !baseBranch || !baseSha) return false;
  const state = await inspectWorktree(git, { repoRoot, worktreePath, branch, baseBranch });
  if (!state.exists || state.headSha !== baseSha || state.dirtyCount > 0 || state.inProgress) return false;
  await removeWorktree(git, { repoRoot, worktreesDir, path: worktreePath });
  await deleteBranch(git, repoRoot, branch, baseSha);
  return true;
}
