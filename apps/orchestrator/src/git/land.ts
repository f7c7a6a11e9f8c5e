import { type CheckReport, mostRuns } from "@signalbox/api/contracts";
import { type Attempt, landOnto } from "./attempt.ts";
import { GitError, WorkspaceError } from "./errors.ts";
import { type Evidence, readEvidence } from "./evidence.ts";
import { finish } from "./finish.ts";
import { landingIn } from "./landed.ts";
import type { Change, ChangeOutcome } from "./outcome.ts";
import { contains, tipOf } from "./refs.ts";
import { settleRegistrations } from "./registration.ts";
import type { Git } from "./run.ts";
import { settleCheckout } from "./settle.ts";
import { checkoutsOf } from "./worktrees.ts";

/** How far a landing has come; what the caller journals. `rebased` is written before base moves. */
export type LandProgress = { step: "rebased" | "landed" | "recycled"; oldTip: string; newTip: string };

/** The commit that is to become base, checked out in the queue's worktree, and whose changes are in it. */
export type ToCheck = { directory: string; commit: string; changes: string[] };

export type Land = {
  /** Real path of the main worktree. */
  repoRoot: string;
  worktreesDir: string;
  baseBranch: string;
  /** In the order of the queue. */
  changes: Change[];
  /** WSP-47; default true. */
  deleteBranch?: boolean;
  /** The last progress of an earlier run of the same landing, if there was one. */
  progress: LandProgress | null;
  /** Awaited: what it is told must be on disk when it returns (WSP-42). */
  onProgress: (progress: LandProgress) => Promise<void>;
  /** Runs the checks; left out when there are none, and then no file is checked out (WSP-32). What it throws ends the landing, and nothing moves. */
  check?: (what: ToCheck) => Promise<{ green: boolean; checks: CheckReport[] }>;
};

const maxSwaps = 20;

/**
 * Lands changes as one stack with one move of base: rebases, has the end checked (and halves it when that is red), moves base and its checkouts,
 * recycles the workspaces' worktrees (WSP-32 to WSP-37, WSP-41). Answers what became of each, in their order. Called again after a kill at any
 * point it settles what was begun: a change is on base once or not at all (WSP-42). One landing per repository and base branch at a time. Throws
 * `GitError` when git fails for a reason that is no change's, and `WorkspaceError` (`base_missing`).
 */
export async function land(git: Git, input: Land): Promise<ChangeOutcome[]> {
  const { repoRoot, baseBranch, changes } = input;
  await settleRegistrations(git, input);
  for (const checkout of await checkoutsOf(git, repoRoot, baseBranch)) await settleCheckout(git, checkout);
  const earlier = await landedEarlier(git, input, await baseNow(git, input));
  if (earlier.length > 0) return finish(git, input, { settled: new Map(), landed: earlier });
  const budget = { runs: mostRuns(changes.length) };
  for (let tries = 0; tries < maxSwaps; tries++) {
    const attempt: Attempt | "base_moved" = await landOnto(git, input, await baseNow(git, input), budget);
    if (attempt === "base_moved") continue;
    return finish(git, input, { settled: attempt.settled, landed: attempt.landed ? [attempt.landed] : [] });
  }
  throw new GitError("move base", null, [`${baseBranch} was moved by others ${maxSwaps} times while this landed`]);
}

async function baseNow(git: Git, { repoRoot, baseBranch }: Land): Promise<string> {
  const tip = await tipOf(git, repoRoot, baseBranch);
  if (tip === null) throw new WorkspaceError("base_missing", `${repoRoot} has no branch ${baseBranch}`);
  return tip;
}

/** What an earlier run has brought onto base, by its progress or by base's reflog. */
async function landedEarlier(git: Git, input: Land, base: string): Promise<Evidence[]> {
  const { repoRoot, baseBranch, progress, changes } = input;
  const found = new Map<string, Evidence>();
  const journaled = progress && (await contains(git, repoRoot, base, progress.newTip)) ? progress : null;
  const told = journaled && (await readEvidence(repoRoot, journaled.newTip));
  if (told) found.set(told.newTip, told);
  for (const { id, commit } of changes) {
    if (told?.changes.some((one) => one.id === id && one.commit === commit)) continue;
    const landing = await landingIn(git, repoRoot, { base, baseBranch, commit }, id);
    if (landing === null || found.has(landing.newTip)) continue;
    const alone = {
      ...landing,
      changes: [{ id, commit, tip: landing.newTip, commits: landing.commits }],
      checks: null,
    };
    found.set(landing.newTip, (await readEvidence(repoRoot, landing.newTip)) ?? alone);
  }
  return [...found.values()];
}
