import type { Attempt } from "./attempt.ts";
import { GitError } from "./errors.ts";
import type { Evidence } from "./evidence.ts";
import type { Land } from "./land.ts";
import type { Change, ChangeOutcome, Landed } from "./outcome.ts";
import { deleteLanded, recycle } from "./recycle.ts";
import type { Git } from "./run.ts";

type Done = { settled: Attempt["settled"]; landed: readonly Evidence[] };

/** After base has moved: puts living agents' worktrees on fresh branches, and says what became of each change (WSP-41, WSP-47). */
export async function finish(git: Git, input: Land, { settled, landed }: Done): Promise<ChangeOutcome[]> {
  const found = [...settled].flatMap(([id, one]) => {
    if (one.outcome !== "found") return [];
    const { oldTip, newTip, commits } = one.found;
    const commit = input.changes.find((change) => change.id === id)?.commit ?? newTip;
    return [{ oldTip, newTip, changes: [{ id, commit, tip: newTip, commits }], checks: null }];
  });
  const moves: Evidence[] = [...landed, ...found];
  for (const { oldTip, newTip } of moves) await input.onProgress({ step: "landed", oldTip, newTip });
  const outcomes: ChangeOutcome[] = [];
  for (const change of input.changes) {
    const move = moves.find(({ changes }) =>
      changes.some(({ id, commit }) => id === change.id && commit === change.commit),
    );
    const other = settled.get(change.id);
    if (move) outcomes.push(await afterLanding(git, input, change, move).catch(asFailed));
    else outcomes.push(other && other.outcome !== "found" ? other : { outcome: "again" });
  }
  const last = moves.at(-1);
  const recycled = outcomes.some((one) => one.outcome === "landed" && (one.recycled || one.recycleBlocked));
  if (last && recycled) await input.onProgress({ step: "recycled", oldTip: last.oldTip, newTip: last.newTip });
  return outcomes;
}

async function afterLanding(git: Git, input: Land, change: Change, move: Evidence): Promise<Landed> {
  const { repoRoot, baseBranch, deleteBranch = true } = input;
  const { worktreePath, branch, commit, id } = change;
  const { oldTip, newTip, checks, changes } = move;
  const { tip = newTip, commits = 0 } = changes.find((one) => one.id === id) ?? {};
  const batch = changes.map((one) => one.id);
  const none = { recycled: null, recycleBlocked: null };
  const landed: Landed = { outcome: "landed", oldTip, newTip, tip, commits, batch, checks, ...none };
  const old = { repoRoot, baseBranch, worktreePath, branch, commit, newTip, deleteBranch };
  if (change.recycle) return { ...landed, ...(await recycle(git, old)) };
  if (deleteBranch) await deleteLanded(git, old);
  return landed;
}

/** It has landed: the next try finds that, and goes on from there. */
function asFailed(error: unknown): ChangeOutcome {
  if (!(error instanceof GitError)) throw error;
  return { outcome: "failed", message: error.message, lastLines: error.lastLines };
}
