import { GitError, WorkspaceError } from "./errors.ts";
import { gitDirOf, type Operation } from "./git-dir.ts";
import { type Found, landingIn, landingMessage, patchesIn } from "./landed.ts";
import { readNote } from "./note.ts";
import { queueWorktree } from "./queue-worktree.ts";
import { deleteLanded, type Recycled, recycle } from "./recycle.ts";
import { contains, countCommits, tipOf } from "./refs.ts";
import { settleRegistrations } from "./registration.ts";
import { replay } from "./replay.ts";
import { type Git, line } from "./run.ts";
import { settleCheckout } from "./settle.ts";
import { blockedNow, type Swap, swapBase } from "./swap.ts";
import { checkoutsOf } from "./worktrees.ts";

/** How far a landing has come; what the caller journals. `rebased` is written before base moves. */
export type LandProgress = { step: "rebased" | "landed" | "recycled"; oldTip: string; newTip: string };

export type Land = {
  /** Real path of the main worktree. */
  repoRoot: string;
  worktreesDir: string;
  baseBranch: string;
  /** The commit that `ready` recorded (WSP-25). */
  commit: string;
  workspace: { id: string; worktreePath: string; branch: string; recycle: boolean };
  /** WSP-47; default true. */
  deleteBranch?: boolean;
  /** The last progress of an earlier run of the same landing, if there was one. */
  progress: LandProgress | null;
  /** Awaited: what it is told must be on disk when it returns (WSP-42). */
  onProgress: (progress: LandProgress) => Promise<void>;
  /** Looks at the commit that is to become base, checked out in the queue's worktree; what it throws ends the landing and nothing moves. */
  check?: (directory: string, commit: string) => Promise<void>;
};

export type Landed = {
  outcome: "landed";
  oldTip: string;
  newTip: string;
  commits: number;
  recycled: Recycled | null;
  recycleBlocked: string | null;
};
export type LandOutcome =
  | Landed
  | { outcome: "conflict"; files: string[] }
  | { outcome: "base_checkout_dirty"; checkout: string; files: string[]; operation: Operation | null }
  | { outcome: "nothing_to_land" };

const maxSwaps = 20;

/**
 * Lands one change: rebases it onto base, has it checked, moves base and its checkouts, recycles the workspace's worktree (WSP-32 to WSP-34,
 * WSP-41). Called again after a kill at any point it settles what was begun: the change is on base once or not at all (WSP-42). One landing per
 * repository and base branch at a time. Throws `GitError` when git fails for a reason that is not the change's, and `WorkspaceError`
 * (`base_missing`, `unrelated_history`).
 */
export async function land(git: Git, input: Land): Promise<LandOutcome> {
  const { repoRoot, baseBranch } = input;
  await settleRegistrations(git, input);
  for (const checkout of await checkoutsOf(git, repoRoot, baseBranch)) await settleCheckout(git, checkout);
  const earlier = await landedEarlier(git, input, await baseNow(git, input));
  if (earlier !== null) return afterLanding(git, input, earlier);
  for (let tries = 0; tries < maxSwaps; tries++) {
    const outcome = await landOnto(git, input, await baseNow(git, input));
    if (outcome !== "base_moved") return "outcome" in outcome ? outcome : afterLanding(git, input, outcome);
  }
  throw new GitError("move base", null, [`${baseBranch} was moved by others ${maxSwaps} times while this landed`]);
}

async function baseNow(git: Git, { repoRoot, baseBranch }: Land): Promise<string> {
  const tip = await tipOf(git, repoRoot, baseBranch);
  if (tip === null) throw new WorkspaceError("base_missing", `${repoRoot} has no branch ${baseBranch}`);
  return tip;
}

async function landedEarlier(git: Git, input: Land, base: string): Promise<Found | null> {
  const { repoRoot, baseBranch, commit, progress } = input;
  if (progress !== null && (await contains(git, repoRoot, base, progress.newTip))) {
    const { oldTip, newTip } = progress;
    return { oldTip, newTip, commits: await countCommits(git, repoRoot, oldTip, newTip) };
  }
  return landingIn(git, repoRoot, { base, baseBranch, commit }, input.workspace.id);
}

type Attempt = Exclude<LandOutcome, Landed> | Found | "base_moved";

async function landOnto(git: Git, input: Land, base: string): Promise<Attempt> {
  const { repoRoot, baseBranch, commit, workspace } = input;
  const from = await forkPoint(git, input, base);
  if (from === commit) return (await byHash(git, input)) ?? { outcome: "nothing_to_land" };
  const rebased = await replay(git, repoRoot, { from, head: commit, onto: base });
  if (!rebased.clean) return { outcome: "conflict", files: rebased.files };
  if (rebased.tip === base)
    return (await patchesIn(git, repoRoot, { base, baseBranch, commit }, from)) ?? { outcome: "nothing_to_land" };

  const message = landingMessage(workspace.id, commit, base);
  const swap: Swap = { repoRoot, baseBranch, oldTip: base, newTip: rebased.tip, message };
  if (input.check !== undefined) {
    const blocked = await blockedNow(git, swap);
    if (blocked !== null) return { outcome: "base_checkout_dirty", ...blocked };
    await input.check(await queueWorktree(git, input, rebased.tip), rebased.tip);
  }
  await input.onProgress({ step: "rebased", oldTip: base, newTip: rebased.tip });
  const swapped = await swapBase(git, swap);
  if (swapped.done) return { oldTip: base, newTip: rebased.tip, commits: rebased.commits };
  return swapped.blocked === null ? "base_moved" : { outcome: "base_checkout_dirty", ...swapped.blocked };
}

async function forkPoint(git: Git, { repoRoot, baseBranch, commit }: Land, base: string): Promise<string> {
  const options = { step: "find where the change begins", okCodes: [0, 1] };
  const from = await line(git, repoRoot, ["merge-base", "--end-of-options", base, commit], options);
  if (from !== "") return from;
  throw new WorkspaceError("unrelated_history", `${commit} has no history in common with ${baseBranch}`);
}

// Base holds the commit itself. It was ahead when it became ready, so this is a landing, also one made by hand (WSP-43).
async function byHash(git: Git, { repoRoot, commit, workspace }: Land): Promise<Found | null> {
  const gitDir = await gitDirOf(workspace.worktreePath);
  const start = gitDir === null ? null : await readNote(gitDir);
  if (start === null || !(await contains(git, repoRoot, commit, start.baseSha))) return null;
  const commits = await countCommits(git, repoRoot, start.baseSha, commit);
  return commits > 0 ? { oldTip: start.baseSha, newTip: commit, commits } : null;
}

async function afterLanding(git: Git, input: Land, found: Found): Promise<Landed> {
  const { repoRoot, baseBranch, commit, workspace } = input;
  const tips = { oldTip: found.oldTip, newTip: found.newTip };
  await input.onProgress({ step: "landed", ...tips });
  const landed: Landed = { outcome: "landed", ...found, recycled: null, recycleBlocked: null };
  const { worktreePath, branch } = workspace;
  const old = {
    repoRoot,
    baseBranch,
    worktreePath,
    branch,
    commit,
    newTip: found.newTip,
    deleteBranch: input.deleteBranch,
  };
  if (!workspace.recycle) {
    if (input.deleteBranch ?? true) await deleteLanded(git, old);
    return landed;
  }
  const result = await recycle(git, old);
  await input.onProgress({ step: "recycled", ...tips });
  return { ...landed, ...result };
}
