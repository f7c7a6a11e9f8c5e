import { existsSync } from "node:fs";
import type { SpawnParams, WorkspaceReport } from "@signalbox/api/contracts";
import type { Git } from "../git/index.ts";
import { findRepository, inspectWorktree, removeWorktree } from "../git/index.ts";
import { worktreePathOf } from "../git/names.ts";
import { deleteBranch } from "../git/refs.ts";
import { realCwd } from "./place.ts";
import { type PrepareNeeds, prepareWorkspace } from "./prepare.ts";

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

/**
 * Takes back what a start that was cut off had made of a new workspace: finished first, since only a whole worktree shows
 * that nothing was done in it.
 */
export async function removeHalfMade(needs: PrepareNeeds & { baseDir: string }, wanted: SpawnParams): Promise<void> {
  const cwd = await realCwd(wanted.cwd, needs).catch(() => null);
  const repository = cwd && (await findRepository(needs.git, cwd));
  if (!repository || !existsSync(worktreePathOf(needs.worktreesDir, repository.repoRoot, wanted.workspaceId))) return;
  const { workspace } = await prepareWorkspace(needs, wanted, cwd, null);
  await removeUnused(needs, workspace);
}
