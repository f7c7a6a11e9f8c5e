import { nextProbe, type Probe } from "./bisect.ts";
import { type Evidence, writeEvidence } from "./evidence.ts";
import type { Land } from "./land.ts";
import { landingMessage } from "./landed.ts";
import type { Change } from "./outcome.ts";
import { queueWorktree } from "./queue-worktree.ts";
import { tipOf } from "./refs.ts";
import { replay } from "./replay.ts";
import type { Git } from "./run.ts";
import { buildStack, type Layer, type Onto, type Settled, type Stack } from "./stack.ts";
import { blockedNow, type Swap, swapBase } from "./swap.ts";

/** How often the checks may still be run before the changes go back to the queue. */
export type Budget = { runs: number };
/** What became of those that are decided, and the move of base, if it moved. */
export type Attempt = { settled: Map<string, Settled>; landed: Evidence | null };

/**
 * One attempt to land what can land onto this tip of base (WSP-32 to WSP-37): stack, checks, swap. What is not decided is for the next landing.
 * `base_moved`: nothing was decided, since somebody else moved base meanwhile.
 */
export async function landOnto(git: Git, input: Land, base: string, budget: Budget): Promise<Attempt | "base_moved"> {
  const onto = { repoRoot: input.repoRoot, baseBranch: input.baseBranch, base };
  const stack = await buildStack(git, onto, input.changes);
  // Without checks the swap itself finds out soon enough what is in the way of one change.
  const early = input.check !== undefined || stack.layers.length > 1;
  const { layers, settled } = early ? await withoutBlocked(git, onto, stack) : stack;
  if (layers.length === 0) return { settled, landed: null };
  const tested = await testedBeginning(git, input, base, layers, budget);
  if (tested === "base_moved") return "base_moved";
  for (const { change } of layers) settled.set(change.id, { outcome: "again" });
  if (tested.red) settled.set(tested.red.id, tested.red.outcome);
  const landing = layers.slice(0, tested.lands);
  const last = landing.at(-1);
  if (last === undefined) return { settled, landed: null };

  const changes = landing.map(({ change: { id, commit }, tip, commits }) => ({ id, commit, tip, commits }));
  const evidence = { oldTip: base, newTip: last.tip, changes, checks: tested.checks };
  await writeEvidence(input.repoRoot, evidence);
  await input.onProgress({ step: "rebased", oldTip: base, newTip: last.tip });
  const swapped = await swapBase(git, swapOf(onto, landing));
  if (swapped.done) {
    for (const { id } of changes) settled.delete(id);
    return { settled, landed: evidence };
  }
  if (swapped.blocked === null) return "base_moved";
  // Of several, the next landing finds out which of them it is.
  if (landing.length === 1) settled.set(last.change.id, { outcome: "base_checkout_dirty", ...swapped.blocked });
  return { settled, landed: null };
}

function swapOf(onto: Onto, landing: readonly Pick<Layer, "change" | "tip">[]): Swap {
  const { repoRoot, baseBranch, base } = onto;
  const message = landingMessage(
    landing.map(({ change }) => change),
    base,
  );
  return { repoRoot, baseBranch, oldTip: base, newTip: landing.at(-1)?.tip ?? base, message };
}

/** Takes out the changes that a checkout of base could not follow now; those that do not overlap go on (WSP-35). */
async function withoutBlocked(git: Git, onto: Onto, stack: Stack): Promise<Stack> {
  const { layers, settled } = stack;
  if (layers.length === 0 || (await blockedNow(git, swapOf(onto, layers))) === null) return stack;
  const free: Change[] = [];
  for (const { change, from } of layers) {
    const alone = await replay(git, onto.repoRoot, { from, head: change.commit, onto: onto.base });
    const blocked = alone.clean && (await blockedNow(git, swapOf(onto, [{ change, tip: alone.tip }])));
    if (blocked) settled.set(change.id, { outcome: "base_checkout_dirty", ...blocked });
    else if (alone.clean) free.push(change);
    else settled.set(change.id, { outcome: "again" });
  }
  const rest = await buildStack(git, onto, free);
  return { layers: rest.layers, settled: new Map([...settled, ...rest.settled]) };
}

interface Tested {
  lands: number;
  checks: Evidence["checks"];
  red: { id: string; outcome: Settled } | null;
}

async function testedBeginning(
  git: Git,
  input: Land,
  base: string,
  layers: readonly Layer[],
  budget: Budget,
): Promise<Tested | "base_moved"> {
  if (input.check === undefined) return { lands: layers.length, checks: null, red: null };
  const seen: (Probe & { checks: NonNullable<Evidence["checks"]> })[] = [];
  const checksOf = (length: number) => seen.find((probe) => probe.length === length)?.checks ?? null;
  for (;;) {
    const next = nextProbe(layers.length, seen);
    if ("lands" in next) {
      const culprit = next.red === null ? undefined : layers[next.red];
      const outcome = { outcome: "checks_failed" as const, base, checks: checksOf(next.lands + 1) ?? [] };
      const red = culprit && { id: culprit.change.id, outcome: { ...outcome, commit: culprit.tip } };
      return { lands: next.lands, checks: checksOf(next.lands), red: red ?? null };
    }
    if ((await tipOf(git, input.repoRoot, input.baseBranch)) !== base) return "base_moved";
    if (budget.runs-- <= 0) return { lands: 0, checks: null, red: null };
    const beginning = layers.slice(0, next.test);
    const commit = beginning.at(-1)?.tip ?? base;
    const directory = await queueWorktree(git, input, commit);
    const changes = beginning.map(({ change }) => change.id);
    seen.push({ length: next.test, ...(await input.check({ directory, commit, changes })) });
  }
}
