import { mkdir, realpath, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { GitError } from "./errors.ts";
import { gitDirOf, operationIn, present } from "./git-dir.ts";
import { usedFile } from "./idle-queues.ts";
import { queuePathOf } from "./names.ts";
import { orphanGone, pidFileOf } from "./orphan.ts";
import { commitAt, headBranchOf } from "./refs.ts";
import { addWorktree } from "./registration.ts";
import { type Git, line } from "./run.ts";
import { listWorktrees, removeWorktree } from "./worktrees.ts";

export type Queue = { repoRoot: string; worktreesDir: string; baseBranch: string };

/**
 * The queue's own detached worktree, with exactly the files of `commit` (WSP-32). Kept from the last landing it checks out only differences; one
 * that cannot be proven clean is made anew.
 */
export async function queueWorktree(git: Git, queue: Queue, commit: string): Promise<string> {
  const path = await pathOf(queue);
  const kept = (await proven(git, queue.repoRoot, path)) && (await checkOut(git, path, commit));
  if (!kept) {
    await remake(git, queue, path, commit);
    if (!(await checkOut(git, path, commit)))
      throw new GitError("prepare the queue's worktree", null, [`${path} is not clean after a fresh checkout`]);
  }
  const gitDir = await gitDirOf(path);
  if (gitDir !== null) await writeFile(join(gitDir, usedFile), "");
  return path;
}

/** Removes the queue's worktree; nothing happens if there is none. */
export async function removeQueueWorktree(git: Git, queue: Queue): Promise<void> {
  const path = await pathOf(queue);
  const gitDir = await gitDirOf(path);
  if (gitDir !== null) await orphanGone(gitDir);
  await removeWorktree(git, { ...queue, path });
}

async function pathOf({ repoRoot, worktreesDir, baseBranch }: Queue): Promise<string> {
  const wanted = queuePathOf(worktreesDir, repoRoot, baseBranch);
  await mkdir(dirname(wanted), { recursive: true });
  return join(await realpath(dirname(wanted)), basename(wanted));
}

// Registered, detached, whole, and no git was killed in it.
async function proven(git: Git, repoRoot: string, path: string): Promise<boolean> {
  const gitDir = await gitDirOf(path);
  if (gitDir === null) return false;
  await orphanGone(gitDir);
  for (const trace of ["index.lock", "HEAD.lock", "locked"]) if (await present(join(gitDir, trace))) return false;
  if (!(await present(join(gitDir, "index"))) || (await operationIn(gitDir)) !== null) return false;
  const listed = (await listWorktrees(git, repoRoot)).some((worktree) => worktree.path === path);
  return listed && (await headBranchOf(git, path)) === null && (await commitAt(git, path, "HEAD")) !== null;
}

// What checks left behind, ignored files too, goes; then nothing may differ from the commit.
async function checkOut(git: Git, path: string, commit: string): Promise<boolean> {
  const gitDir = (await gitDirOf(path))!;
  const options = { okCodes: [0, 1, 128], pidFile: pidFileOf(gitDir) };
  const steps = [
    ["reset", "--hard", "--quiet"],
    ["clean", "-ffdxq"],
    ["checkout", "--detach", "--quiet", "--force", commit, "--"],
  ];
  for (const step of steps) {
    const done = await git(path, step, { ...options, step: "prepare the queue's worktree" });
    if (done.exitCode !== 0) return false;
  }
  const args = ["status", "--porcelain", "-z", "--ignored", "--untracked-files=all"];
  const left = await line(git, path, args, { step: "prove the queue's worktree clean" });
  return left === "" && (await commitAt(git, path, "HEAD")) === commit;
}

async function remake(git: Git, queue: Queue, path: string, commit: string): Promise<void> {
  await removeQueueWorktree(git, queue);
  const gitDir = await addWorktree(git, { ...queue, path }, commit);
  await rm(join(gitDir, "index.lock"), { force: true });
}
