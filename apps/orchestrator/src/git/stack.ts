import { GitError, WorkspaceError } from "./errors.ts";
import { gitDirOf } from "./git-dir.ts";
import { type Found, patchesIn } from "./landed.ts";
import { readNote } from "./note.ts";
import type { Change, ChangeOutcome, Landed } from "./outcome.ts";
import { contains, countCommits } from "./refs.ts";
import { replay } from "./replay.ts";
import { type Git, line } from "./run.ts";

export type Onto = { repoRoot: string; baseBranch: string; base: string };
/** One change as it lies on the stack: it began at `from`, and its rebased commits end at `tip`. */
export type Layer = { change: Change; from: string; tip: string; commits: number };
/** What a change is without being put on the stack; `found`: base has it already. */
export type Settled = Exclude<ChangeOutcome, Landed> | { outcome: "found"; found: Found };
export type Stack = { layers: Layer[]; settled: Map<string, Settled> };

/**
 * Rebases changes as one stack onto the tip of base (WSP-36). One that does not apply onto the stack waits for its turn if it applies onto base;
 * only base makes it a conflict (WSP-37). What git fails at for one change is no matter of the others.
 */
export async function buildStack(git: Git, onto: Onto, changes: readonly Change[]): Promise<Stack> {
  const layers: Layer[] = [];
  const settled: Stack["settled"] = new Map();
  for (const change of changes) {
    const put = await place(git, onto, layers.at(-1)?.tip ?? onto.base, change).catch(asFailed);
    if ("outcome" in put) settled.set(change.id, put);
    else layers.push(put);
  }
  return { layers, settled };
}

async function place(git: Git, onto: Onto, under: string, change: Change): Promise<Layer | Settled> {
  const { repoRoot, base } = onto;
  const from = await forkPoint(git, onto, change);
  if (from === change.commit) return held(await byHash(git, onto, change));
  const put = (tip: string) => replay(git, repoRoot, { from, head: change.commit, onto: tip });
  const stacked = await put(under);
  if (stacked.clean && stacked.tip !== under) return { change, from, tip: stacked.tip, commits: stacked.commits };
  const alone = under === base ? stacked : await put(base);
  if (!alone.clean) return { outcome: "conflict", files: alone.files };
  if (alone.tip !== base) return { outcome: "again" };
  return held(await patchesIn(git, repoRoot, { ...onto, commit: change.commit }, from));
}

const held = (found: Found | null): Settled => (found ? { outcome: "found", found } : { outcome: "nothing_to_land" });

const asFailed = (error: unknown): Settled => {
  if (!(error instanceof GitError || error instanceof WorkspaceError)) throw error;
  return { outcome: "failed", message: error.message, lastLines: error.lastLines };
};

async function forkPoint(git: Git, { repoRoot, baseBranch, base }: Onto, { commit }: Change): Promise<string> {
  const options = { step: "find where the change begins", okCodes: [0, 1] };
  const from = await line(git, repoRoot, ["merge-base", "--end-of-options", base, commit], options);
  if (from !== "") return from;
  throw new WorkspaceError("unrelated_history", `${commit} has no history in common with ${baseBranch}`);
}

// Base holds the commit itself. It was ahead when it became ready, so this is a landing, also one made by hand (WSP-43).
async function byHash(git: Git, { repoRoot }: Onto, { worktreePath, commit }: Change): Promise<Found | null> {
  const gitDir = await gitDirOf(worktreePath);
  const start = gitDir === null ? null : await readNote(gitDir);
  if (start === null || !(await contains(git, repoRoot, commit, start.baseSha))) return null;
  const commits = await countCommits(git, repoRoot, start.baseSha, commit);
  return commits > 0 ? { oldTip: start.baseSha, newTip: commit, commits } : null;
}
