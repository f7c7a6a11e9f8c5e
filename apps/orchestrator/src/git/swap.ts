import { type Blocked, cancelMove, finishMove, glance, hasFiles, type Move, prepareMove } from "./move.ts";
import { moveRef } from "./refs.ts";
import type { Git } from "./run.ts";
import { forceMove } from "./settle.ts";
import { checkoutsOf } from "./worktrees.ts";

export type Swap = { repoRoot: string; baseBranch: string; oldTip: string; newTip: string; message: string };
export type BlockedCheckout = Blocked & { checkout: string };
export type Swapped = { done: true } | { done: false; blocked: BlockedCheckout | null };

/** The first checkout of base that could not follow it now, asked without a lock; null if all could. */
export async function blockedNow(git: Git, swap: Swap): Promise<BlockedCheckout | null> {
  for (const move of await movesFor(git, swap)) {
    const blocked = await glance(git, move);
    if (blocked !== null) return { ...blocked, checkout: move.checkout.path };
  }
  return null;
}

/**
 * Moves base by compare-and-swap and every checkout of it along (WSP-33, WSP-34). Not done: either a checkout is in the way and nothing moved,
 * or (`blocked: null`) base was no longer at `oldTip`.
 */
export async function swapBase(git: Git, swap: Swap): Promise<Swapped> {
  const moves = await movesFor(git, swap);
  const locked: Move[] = [];
  let won = false;
  try {
    for (const move of moves) {
      const blocked = await prepareMove(git, move);
      if (blocked !== null) return { done: false, blocked: { ...blocked, checkout: move.checkout.path } };
      locked.push(move);
    }
    won = await moveRef(git, swap.repoRoot, refOf(swap), swap.newTip, swap.oldTip, swap.message);
    if (!won) return { done: false, blocked: null };
  } finally {
    // Once base has moved the locks stay until the files have followed: they keep others from committing the difference back.
    if (!won) for (const move of locked) await cancelMove(move);
  }
  return follow(git, swap, locked);
}

async function follow(git: Git, swap: Swap, moves: Move[]): Promise<Swapped> {
  for (const [i, move] of moves.entries()) {
    const late = await finishMove(git, move);
    if (late === null) continue;
    // Somebody saved one of these files within the last milliseconds.
    if (i === 0 && (await takeBack(git, swap))) {
      for (const other of moves) await cancelMove(other);
      return { done: false, blocked: { ...late, checkout: move.checkout.path } };
    }
    await forceMove(git, move);
  }
  return { done: true };
}

async function takeBack(git: Git, swap: Swap): Promise<boolean> {
  return moveRef(git, swap.repoRoot, refOf(swap), swap.oldTip, swap.newTip, "signalbox: take the landing back");
}

async function movesFor(git: Git, swap: Swap): Promise<Move[]> {
  const moves: Move[] = [];
  for (const checkout of await checkoutsOf(git, swap.repoRoot, swap.baseBranch))
    if (await hasFiles(checkout)) moves.push({ checkout, ref: refOf(swap), from: swap.oldTip, to: swap.newTip });
  return moves;
}

function refOf(swap: Swap): string {
  return `refs/heads/${swap.baseBranch}`;
}
