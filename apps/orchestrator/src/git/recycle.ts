import { GitError } from "./errors.ts";
import { gitDirOf } from "./git-dir.ts";
import { type Blocked, cancelMove, finishMove, hasFiles, type Move, prepareMove } from "./move.ts";
import { branchParts, nextBranch } from "./names.ts";
import { readNote, writeNote } from "./note.ts";
import { branchesOf, commitAt, contains, createBranch, deleteBranch, headBranchOf, pointHead, tipOf } from "./refs.ts";
import { commitsToReplay, replay } from "./replay.ts";
import { type Git, line } from "./run.ts";
import { settleCheckout } from "./settle.ts";
import { type Checkout, listWorktrees } from "./worktrees.ts";

export type Recycle = {
  repoRoot: string;
  worktreePath: string;
  branch: string;
  baseBranch: string;
  /** What landed, as it was on the workspace's branch. */
  commit: string;
  /** Where base is since. */
  newTip: string;
  /** WSP-47; default true. */
  deleteBranch?: boolean;
};
/** Said in the log of `HEAD`. */
const recycling = "signalbox: recycle";
export type Recycled = { branch: string; baseSha: string; headSha: string };
export type RecycleResult = { recycled: Recycled } | { recycleBlocked: string };

/**
 * Puts a worktree whose work has landed on a fresh branch from the new base, in the same directory: later commits are rebased, uncommitted and
 * untracked files stay in place (WSP-41). If that needs a decision the worktree stays as it was and the answer says why. Repeating it after a
 * kill, or after it is done, leads to the same branch.
 */
export async function recycle(git: Git, input: Recycle): Promise<RecycleResult> {
  const gitDir = await gitDirOf(input.worktreePath);
  if (gitDir === null) return { recycleBlocked: "The worktree is gone from the disk." };
  const checkout = { path: input.worktreePath, gitDir };
  await settleCheckout(git, checkout);
  const branch = await headBranchOf(git, checkout.path);
  const head = await commitAt(git, checkout.path, "HEAD");
  if (branch === null || head === null) return { recycleBlocked: "The worktree is not on a branch." };
  if (branch !== input.branch) {
    if (!(await isSuccessor(git, input, branch, head)))
      return { recycleBlocked: `The worktree is on ${branch} instead of ${input.branch}.` };
    return done(git, input, checkout, { branch, baseSha: input.newTip, headSha: head });
  }
  const from = await line(git, checkout.path, ["merge-base", input.commit, head], { step: "find later commits" });
  const later = await replay(git, input.repoRoot, { from, head, onto: input.newTip });
  if (!later.clean) return { recycleBlocked: `Later commits conflict with the new base in ${later.files.join(", ")}.` };
  return switchBranch(git, input, checkout, head, later.tip);
}

async function switchBranch(
  git: Git,
  input: Recycle,
  checkout: Checkout,
  from: string,
  to: string,
): Promise<RecycleResult> {
  const { repoRoot, branch, newTip } = input;
  const fresh = await freshBranch(git, repoRoot, branch, to);
  const move: Move = { checkout, ref: `refs/heads/${fresh}`, from, to };
  const moved = (await hasFiles(checkout)) ? await tryMove(git, input, move, fresh) : "The worktree has no files.";
  if (moved !== null) return { recycleBlocked: moved };
  return done(git, input, checkout, { branch: fresh, baseSha: newTip, headSha: to });
}

// Null when moved; otherwise why not, and all is as before.
async function tryMove(git: Git, { repoRoot, branch }: Recycle, move: Move, fresh: string): Promise<string | null> {
  const { checkout, from, to } = move;
  const blocked = await prepareMove(git, move).catch(asBlocked);
  if (typeof blocked === "string") return blocked;
  if (blocked !== null) return reasonOf(blocked);
  const stillThere = (await commitAt(git, checkout.path, "HEAD")) === from;
  if (!stillThere) {
    await cancelMove(move);
    return "A commit was made meanwhile.";
  }
  await createBranch(git, repoRoot, fresh, to);
  await pointHead(git, checkout.path, fresh, recycling);
  const late = await finishMove(git, move);
  if (late === null) return null;
  await pointHead(git, checkout.path, branch, recycling);
  await cancelMove(move);
  await deleteBranch(git, repoRoot, fresh, to);
  return reasonOf(late);
}

// A kill may have left the fresh branch behind, made at the same commit and used by nobody: it is taken again.
async function freshBranch(git: Git, repoRoot: string, branch: string, to: string): Promise<string> {
  const { stem, number } = branchParts(branch);
  const next = `${stem}${number + 1}`;
  const held = (await listWorktrees(git, repoRoot)).flatMap((worktree) => worktree.branch ?? []);
  const tip = await tipOf(git, repoRoot, next);
  if (!held.includes(next) && (tip === null || tip === to)) return next;
  return nextBranch(stem, [branch, ...held, ...(await branchesOf(git, repoRoot, stem))]);
}

async function isSuccessor(git: Git, input: Recycle, branch: string, head: string): Promise<boolean> {
  const [old, now] = [branchParts(input.branch), branchParts(branch)];
  return now.stem === old.stem && now.number > old.number && (await contains(git, input.repoRoot, head, input.newTip));
}

async function done(git: Git, input: Recycle, checkout: Checkout, recycled: Recycled): Promise<RecycleResult> {
  const note = await readNote(checkout.gitDir);
  if (note !== null && note.branch !== recycled.branch)
    await writeNote(checkout.gitDir, { ...note, branch: recycled.branch, baseSha: recycled.baseSha });
  if (input.deleteBranch ?? true) await deleteLanded(git, input);
  return { recycled };
}

/** Deletes a branch whose commits are all on base; one with others, or checked out somewhere, stays (WSP-47). */
export async function deleteLanded(git: Git, { repoRoot, branch, commit, newTip }: Omit<Recycle, "worktreePath">) {
  const tip = await tipOf(git, repoRoot, branch);
  if (tip === null) return;
  if ((await listWorktrees(git, repoRoot)).some((worktree) => worktree.branch === branch)) return;
  if (tip === commit || (await allOn(git, repoRoot, newTip, tip))) await deleteBranch(git, repoRoot, branch, tip);
}

async function allOn(git: Git, repoRoot: string, base: string, tip: string): Promise<boolean> {
  const args = ["rev-list", "--merges", "-n", "1", `${base}..${tip}`];
  if ((await line(git, repoRoot, args, { step: "look for merge commits" })) !== "") return false;
  const from = await line(git, repoRoot, ["merge-base", base, tip], { step: "compare with base" });
  return (await commitsToReplay(git, repoRoot, { from, head: tip, onto: base })).length === 0;
}

function reasonOf({ operation, files }: Blocked): string {
  if (operation !== null) return `The worktree is in the middle of a ${operation}.`;
  return `Changes that are in no commit overlap with the new base in ${files.join(", ")}.`;
}

function asBlocked(error: unknown): string {
  if (error instanceof GitError && error.step === "lock the index")
    return "Another git command holds the worktree's index.";
  throw error;
}
