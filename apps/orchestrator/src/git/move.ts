import { copyFile, link, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { changesBetween, shown } from "./changes.ts";
import { GitError } from "./errors.ts";
import { type Operation, operationIn, present } from "./git-dir.ts";
import { lockIndex, unlockIndex } from "./index-lock.ts";
import { orphanGone, pidFileOf } from "./orphan.ts";
import { overlapping } from "./overlap.ts";
import type { Git } from "./run.ts";
import type { Checkout } from "./worktrees.ts";

/** A checkout that is to go from one commit to another; decided once `ref`, the branch that it is on, holds `to`. */
export type Move = { checkout: Checkout; ref: string; from: string; to: string };
export type Blocked = { operation: Operation | null; files: string[] };

/** Where the index that is being made lies until it takes the place of the checkout's own. */
export function nextIndexOf(gitDir: string): string {
  return join(gitDir, "signalbox-index");
}

/**
 * Locks the checkout's index and proves that its files can go from `from` to `to` without touching a change that is in no commit (WSP-34).
 * Null: ready, and locked until `finishMove` or `cancelMove`. Otherwise what is in the way, and nothing is locked. Throws `GitError` when
 * another program holds the lock for `waitMs`, default 10 s.
 */
export async function prepareMove(git: Git, move: Move, waitMs = 10_000): Promise<Blocked | null> {
  const { checkout, ref, from, to } = move;
  const early = await operationIn(checkout.gitDir);
  if (early !== null) return { operation: early, files: [] };
  if (!(await lockIndex(checkout.gitDir, { ref, from, to, pid: process.pid }, waitMs)))
    throw new GitError("lock the index", null, [`${join(checkout.gitDir, "index.lock")} is held by another program`]);
  let blocked: Blocked | null = null;
  try {
    await freshIndex(git, checkout);
    blocked = await inTheWay(git, move);
  } catch (error) {
    await cancelMove(move);
    throw error;
  }
  if (blocked !== null) await cancelMove(move);
  return blocked;
}

/**
 * Moves the files, then the index, then unlocks. What is in the way if a file was changed since `prepareMove`: nothing moved, still locked. Throws
 * `GitError` when files could not be written; the lock then stays for `settleCheckout`.
 */
export async function finishMove(git: Git, move: Move): Promise<Blocked | null> {
  const { checkout, from, to } = move;
  const blocked = await readTree(git, checkout, ["-m", "-u", from, to]);
  if (blocked !== null) return blocked;
  await adoptIndex(checkout);
  return null;
}

/** Puts the index that was made in the place of the checkout's own, and unlocks. */
export async function adoptIndex({ gitDir }: Checkout): Promise<void> {
  await rename(nextIndexOf(gitDir), join(gitDir, "index"));
  await unlockIndex(gitDir);
}

/** Gives up a prepared move: the checkout is as it was. */
export async function cancelMove({ checkout }: Move): Promise<void> {
  await rm(nextIndexOf(checkout.gitDir), { force: true });
  await unlockIndex(checkout.gitDir);
}

/** A second name of the index to work on, with the stat data of files that only look changed brought up to date. */
export async function freshIndex(git: Git, checkout: Checkout): Promise<void> {
  const next = nextIndexOf(checkout.gitDir);
  await orphanGone(checkout.gitDir);
  await rm(`${next}.lock`, { force: true });
  await rm(next, { force: true });
  await cloneIndex(join(checkout.gitDir, "index"), next);
  const options = { step: "refresh the index", okCodes: [0, 1], indexFile: next };
  await git(checkout.path, ["update-index", "-q", "--refresh"], options);
}

// Git replaces an index and never writes into one, so a link is a copy; and it has the same time, by which git knows which entries to distrust.
async function cloneIndex(index: string, next: string): Promise<void> {
  if (
    await link(index, next).then(
      () => true,
      () => false,
    )
  )
    return;
  const { mtimeMs } = await stat(index);
  await copyFile(index, next);
  await utimes(next, Math.floor(mtimeMs / 1000), Math.floor(mtimeMs / 1000));
}

async function inTheWay(git: Git, move: Move): Promise<Blocked | null> {
  const { checkout, from, to } = move;
  const operation = await operationIn(checkout.gitDir);
  if (operation !== null) return { operation, files: [] };
  const changes = await changesBetween(git, checkout.path, from, to);
  const files = await overlapping(git, checkout.path, changes, nextIndexOf(checkout.gitDir));
  if (files.length > 0) return { operation: null, files: files.map(shown) };
  return readTree(git, checkout, ["-m", "-u", "-n", from, to]);
}

/** What is in the way of a move, asked without any lock; a later answer may differ. */
export async function glance(git: Git, { checkout, from, to }: Move): Promise<Blocked | null> {
  const operation = await operationIn(checkout.gitDir);
  if (operation !== null) return { operation, files: [] };
  const changes = await changesBetween(git, checkout.path, from, to);
  const files = await overlapping(git, checkout.path, changes, undefined);
  return files.length > 0 ? { operation: null, files: files.map(shown) } : null;
}

async function readTree(git: Git, checkout: Checkout, args: string[]): Promise<Blocked | null> {
  const step = "move the files";
  const own = { indexFile: nextIndexOf(checkout.gitDir), pidFile: pidFileOf(checkout.gitDir) };
  const { exitCode, stderr } = await git(checkout.path, ["read-tree", ...args], { step, okCodes: [0, 128], ...own });
  if (exitCode === 0) return null;
  const files = refusedFor(stderr);
  if (files.length === 0) throw new GitError(step, exitCode, stderr.trim().split("\n").slice(-20));
  return { operation: null, files };
}

/** The files for which `read-tree` refused before it wrote anything; none if it failed otherwise. */
export function refusedFor(stderr: string): string[] {
  const refusal = /^error: [^']*'(.+)'.*(?:not uptodate|would be (?:overwritten|removed)|would lose untracked)/gm;
  const named = [...stderr.matchAll(refusal)].map((match) => match[1]!);
  return [...new Set(named)];
}

/** Whether a checkout has files to keep in step: one made without checkout has no index. */
export async function hasFiles({ gitDir }: Checkout): Promise<boolean> {
  return present(join(gitDir, "index"));
}
