import { lstat, readFile, rm, rmdir } from "node:fs/promises";
import { ancestors, type Change, changesBetween, diskState, onDisk, type Side } from "./changes.ts";
import { GitError } from "./errors.ts";
import { absent } from "./git-dir.ts";
import { holderGone, type Intent, intentOf } from "./index-lock.ts";
import { adoptIndex, cancelMove, freshIndex, type Move, nextIndexOf } from "./move.ts";
import { orphanGone, pidFileOf } from "./orphan.ts";
import { contains, headBranchOf, tipOf } from "./refs.ts";
import type { Git } from "./run.ts";
import type { Checkout } from "./worktrees.ts";

/**
 * Ends a move that a kill interrupted (WSP-42): finishes it if it was decided, takes the lock away if not. Does nothing where none was. Throws
 * `GitError` while another live orchestrator is at it.
 */
export async function settleCheckout(git: Git, checkout: Checkout, waitMs = 30_000): Promise<void> {
  if ((await intentOf(checkout.gitDir)) === null) return;
  if (!(await holderGone(checkout.gitDir, waitMs)))
    throw new GitError("settle a checkout", null, [`another orchestrator is moving ${checkout.path}`]);
  const intent = await intentOf(checkout.gitDir);
  if (intent === null) return;
  const move = { checkout, ref: intent.ref, from: intent.from, to: intent.to };
  await orphanGone(checkout.gitDir);
  if (await decided(git, checkout, intent)) await forceMove(git, move);
  else await cancelMove(move);
}

async function decided(git: Git, checkout: Checkout, { ref, to }: Intent): Promise<boolean> {
  const branch = await headBranchOf(git, checkout.path);
  if (branch === null || ref !== `refs/heads/${branch}`) return false;
  const tip = await tipOf(git, checkout.path, branch);
  return tip !== null && contains(git, checkout.path, tip, to);
}

/**
 * Finishes a decided move from any state: files that are at the new commit already stay, files cut off in the middle are written again, and a
 * file that somebody has changed since stays as it is and shows as changed.
 */
export async function forceMove(git: Git, move: Move): Promise<void> {
  const { checkout, from, to } = move;
  await freshIndex(git, checkout);
  const changes = await changesBetween(git, checkout.path, from, to);
  const stale: Change[] = [];
  for (const change of changes) if (await isStale(git, checkout.path, change)) stale.push(change);
  const own = { indexFile: nextIndexOf(checkout.gitDir), pidFile: pidFileOf(checkout.gitDir) };
  const entries = inOrder(changes).map((change) => indexLine(change.path, change.to, to.length));
  const info = { step: "settle the index", input: Buffer.from(entries.join(""), "latin1"), ...own };
  await git(checkout.path, ["update-index", "-z", "--index-info"], info);
  const missing = await clearPlaces(checkout.path, stale);
  const input = Buffer.from(missing.map((path) => `${path}\0`).join(""), "latin1");
  await git(checkout.path, ["checkout-index", "-z", "-f", "-u", "--stdin"], { step: "write the files", input, ...own });
  await git(checkout.path, ["update-index", "-q", "--refresh"], { step: "refresh the index", okCodes: [0, 1], ...own });
  await adoptIndex(checkout);
}

/** Whether the file is ours to bring forward: as in the old commit, gone, or cut off; not as in the new commit, nor somebody's. */
async function isStale(git: Git, checkout: string, change: Change): Promise<boolean> {
  if (change.from?.mode === submodule || change.to?.mode === submodule) return false;
  const disk = await diskState(git, checkout, change.path);
  if (disk.kind === "absent") return true;
  if (disk.kind === "other") return false;
  if (holds(disk, change.from, change)) return true;
  return !holds(disk, change.to, change) && (await cutOff(git, checkout, change));
}

const submodule = "160000";

// Git writes a file from its beginning, so what a kill left is a beginning of the new content.
async function cutOff(git: Git, checkout: string, { path, to }: Change): Promise<boolean> {
  if (to === null || to.mode === "120000") return false;
  const now = await readFile(onDisk(checkout, path), "latin1");
  const args = ["cat-file", "--filters", `--path=${Buffer.from(path, "latin1").toString("utf8")}`, to.sha];
  const { stdout } = await git(checkout, args, { step: "read a file's new content", encoding: "latin1" });
  return now.length < stdout.length && stdout.startsWith(now);
}

// Not every file system keeps the executable bit, so it counts only where nothing else changed.
function holds(disk: { mode: string; sha: string }, side: Side, { from, to }: Change): boolean {
  if (side === null || disk.sha !== side.sha) return false;
  return from?.sha === to?.sha ? disk.mode === side.mode : (disk.mode === "120000") === (side.mode === "120000");
}

// Removes the old files and gives the paths to write. A path below something that is somebody's is not written.
async function clearPlaces(checkout: string, stale: readonly Change[]): Promise<string[]> {
  const missing: string[] = [];
  for (const { path, to } of inOrder(stale)) {
    await rm(onDisk(checkout, path), { force: true }).catch(absent);
    if (to === null) await removeEmptyAbove(checkout, path);
    else if (await reachable(checkout, path)) missing.push(path);
  }
  return missing;
}

async function removeEmptyAbove(checkout: string, path: string): Promise<void> {
  for (const dir of ancestors(path).reverse()) {
    const removed = await rmdir(onDisk(checkout, dir)).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
}

async function reachable(checkout: string, path: string): Promise<boolean> {
  for (const dir of ancestors(path)) {
    const found = await lstat(onDisk(checkout, dir)).catch(absent);
    if (found !== null && !found.isDirectory()) return false;
  }
  return true;
}

// What goes comes first, so that a file can take the place of a directory and the reverse.
function inOrder(changes: readonly Change[]): Change[] {
  return [...changes.filter((change) => change.to === null), ...changes.filter((change) => change.to !== null)];
}

function indexLine(path: string, side: Side, hashLength: number): string {
  return side === null ? `0 ${"0".repeat(hashLength)}\t${path}\0` : `${side.mode} ${side.sha}\t${path}\0`;
}
