import { mkdir, readdir, realpath, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { GitError, WorkspaceError } from "./errors.ts";
import { absent, gitDirOf, present, readText } from "./git-dir.ts";
import { branchStem, nextBranch, worktreePathOf } from "./names.ts";
import { readNote, type WorkspaceNote, writeNote } from "./note.ts";
import { orphanGone, pidFileOf } from "./orphan.ts";
import { branchesOf, commitAt, createBranch, deleteBranch, headBranchOf, pointHead, tipOf } from "./refs.ts";
import { addWorktree, settleRegistrations, type Where } from "./registration.ts";
import { baseTip, type Repository } from "./repository.ts";
import type { Git } from "./run.ts";
import { listWorktrees, removeWorktree } from "./worktrees.ts";

export type CreateWorktree = {
  repo: Repository;
  worktreesDir: string;
  workspaceId: string;
  agentId: string;
  baseBranch: string;
};
export type CreatedWorktree = { worktreePath: string; branch: string; baseSha: string; baseBranch: string };

/**
 * Makes the isolated worktree of a workspace (WSP-04), or finds it: called again after a kill at any point it finishes or remakes the same one.
 * One at a time per repository. Throws `WorkspaceError`: `no_commit`, `base_missing`, `invalid_name`, or `worktree_failed` with the step and git's last lines, after which
 * neither directory nor branch nor registration is left.
 */
export async function createWorktree(git: Git, input: CreateWorktree): Promise<CreatedWorktree> {
  const { repo, worktreesDir, workspaceId, baseBranch } = input;
  if (!repo.hasCommit) throw new WorkspaceError("no_commit", `${repo.repoRoot} is a git repository without a commit`);
  const stem = branchStem(input.agentId);
  const wanted = worktreePathOf(worktreesDir, repo.repoRoot, workspaceId);
  const path = await placeFor(wanted);
  const where = { repoRoot: repo.repoRoot, worktreesDir, path };
  try {
    await settleRegistrations(git, where);
    const tip = await baseTip(git, repo.repoRoot, baseBranch);
    const gitDir = (await usable(git, where)) ?? (await register(git, where, tip));
    const note = await nameBranch(git, { repoRoot: repo.repoRoot, path, gitDir, stem, workspaceId, baseBranch, tip });
    await fill(git, path, gitDir);
    return { worktreePath: path, branch: note.branch, baseSha: note.baseSha, baseBranch: note.baseBranch };
  } catch (error) {
    const failed = asWorktreeFailed(error);
    await takeBack(git, where).catch((left) => failed.lastLines.push(`Not all could be taken back: ${left.message}`));
    throw failed;
  }
}

async function placeFor(wanted: string): Promise<string> {
  try {
    await mkdir(dirname(wanted), { recursive: true });
  } catch (error) {
    throw asWorktreeFailed(error);
  }
  return join(await realpath(dirname(wanted)), basename(wanted));
}

// Git can work in it: registered, linked to its own directory, with a commit or our note.
async function usable(git: Git, { repoRoot, path }: Where): Promise<string | null> {
  const gitDir = await gitDirOf(path);
  if (gitDir === null) return null;
  const listed = (await listWorktrees(git, repoRoot)).some((worktree) => worktree.path === path);
  if (!listed || (await readText(join(gitDir, "locked")))?.trim() === "initializing") return null;
  return (await readNote(gitDir)) !== null || (await commitAt(git, path, "HEAD")) !== null ? gitDir : null;
}

async function register(git: Git, where: Where, tip: string): Promise<string> {
  const inside = await readdir(where.path).catch(absent);
  if (inside?.some((name) => name !== ".git"))
    throw new WorkspaceError(
      "worktree_failed",
      `${where.path} exists, has files and is not a worktree of this repository`,
    );
  await removeWorktree(git, where);
  return addWorktree(git, where, tip);
}

type Naming = {
  repoRoot: string;
  path: string;
  gitDir: string;
  stem: string;
  workspaceId: string;
  baseBranch: string;
  tip: string;
};

// The note goes first, so that a kill between any two steps leaves a branch whose owner is known.
async function nameBranch(git: Git, input: Naming): Promise<WorkspaceNote> {
  const { repoRoot, path, gitDir, stem, workspaceId, baseBranch } = input;
  let note = await readNote(gitDir);
  if (await present(join(gitDir, "index"))) {
    if (note !== null) return note;
    throw new WorkspaceError("worktree_failed", `${path} is in use, but not known as a workspace`);
  }
  for (;;) {
    const others = (await listWorktrees(git, repoRoot)).filter((other) => other.path !== path);
    const taken = others.flatMap((other) => other.branch ?? []);
    if (note !== null && !taken.includes(note.branch)) {
      const made = await createBranch(git, repoRoot, note.branch, note.baseSha);
      if (made || (await tipOf(git, repoRoot, note.branch)) === note.baseSha) break;
    }
    const branch = nextBranch(stem, [...taken, ...(await branchesOf(git, repoRoot, stem))]);
    note = { workspaceId, baseBranch, baseSha: note?.baseSha ?? input.tip, branch };
    await writeNote(gitDir, note);
  }
  if ((await headBranchOf(git, path)) !== note.branch)
    await pointHead(git, path, note.branch, "signalbox: start a branch");
  return note;
}

// Git writes the index last: without one the files are not all there.
async function fill(git: Git, path: string, gitDir: string): Promise<void> {
  if (await present(join(gitDir, "index"))) return;
  await orphanGone(gitDir);
  await rm(join(gitDir, "index.lock"), { force: true });
  await git(path, ["reset", "--hard", "--quiet"], { step: "check out the files", pidFile: pidFileOf(gitDir) });
}

async function takeBack(git: Git, where: Where): Promise<void> {
  const gitDir = await gitDirOf(where.path);
  const note = gitDir && (await readNote(gitDir));
  const inUse = gitDir !== null && (await present(join(gitDir, "index")));
  const inside = (await readdir(where.path).catch(absent)) ?? [];
  if (inUse || (gitDir === null && inside.length > 0)) return;
  await removeWorktree(git, where);
  if (note) await deleteBranch(git, where.repoRoot, note.branch, note.baseSha);
}

function asWorktreeFailed(error: unknown): WorkspaceError {
  if (error instanceof WorkspaceError) return error;
  const lines = error instanceof GitError ? error.lastLines : [];
  return new WorkspaceError("worktree_failed", `The worktree could not be made: ${(error as Error).message}`, lines);
}
