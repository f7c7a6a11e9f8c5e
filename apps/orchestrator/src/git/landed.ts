import { commitAt, contains, countCommits } from "./refs.ts";
import { commitsToReplay } from "./replay.ts";
import { type Git, line } from "./run.ts";

/** Where a change is on base: the commits after `oldTip` up to `newTip`. */
export type Found = { oldTip: string; newTip: string; commits: number };
export type Change = { base: string; baseBranch: string; commit: string };

const began = "signalbox: land ";
const onto = " onto ";
type Named = { id: string; commit: string };
const named = ({ id, commit }: Named) => `${id} ${commit}`;

/** What base's reflog says when workspaces land; `landingIn` reads it back. */
export function landingMessage(changes: readonly Named[], oldTip: string): string {
  return `${began}${changes.map(named).join(", ")}${onto}${oldTip}`;
}

/** The landing of this workspace's commit according to base's reflog, if base still has it. The reflog is written with the swap, so no kill parts them (WSP-42). */
export async function landingIn(git: Git, repoRoot: string, change: Change, id: string): Promise<Found | null> {
  const args = ["log", "--walk-reflogs", "-n", "2000", "--format=%H %gs", `refs/heads/${change.baseBranch}`, "--"];
  const wanted = named({ id, commit: change.commit });
  for (const row of (await line(git, repoRoot, args, { step: "read base's reflog" })).split("\n")) {
    const space = row.indexOf(" ");
    const [newTip, message] = [row.slice(0, space), row.slice(space + 1)];
    const end = message.lastIndexOf(onto);
    if (!message.startsWith(began) || !message.slice(began.length, end).split(", ").includes(wanted)) continue;
    if (!(await contains(git, repoRoot, change.base, newTip))) continue;
    const oldTip = message.slice(end + onto.length).trim();
    return { oldTip, newTip, commits: await countCommits(git, repoRoot, oldTip, newTip) };
  }
  return null;
}

/**
 * The change `from..commit` on base, by patch: each of its commits is there, or one commit there equals the whole (WSP-43). Null if base lacks
 * any of it.
 */
export async function patchesIn(git: Git, repoRoot: string, change: Change, from: string): Promise<Found | null> {
  const { base, commit } = change;
  const missing = await commitsToReplay(git, repoRoot, { from, head: commit, onto: base });
  const onBase = await patchIds(git, repoRoot, [`${from}..${base}`]);
  const own = await patchIds(git, repoRoot, [`${from}..${commit}`]);
  if (missing.length === 0 && own.length > 0) {
    const ids = new Set(own.map((one) => one.id));
    const there = onBase.filter((one) => ids.has(one.id)).map((one) => one.commit);
    if (there.length > 0) return span(git, repoRoot, there[0]!, there.at(-1)!);
  }
  const whole = await patchIdOf(git, repoRoot, ["diff-tree", "-p", ...plain, from, commit]);
  const squashed = onBase.find((one) => one.id === whole[0]?.id)?.commit;
  return squashed === undefined ? null : span(git, repoRoot, squashed, squashed);
}

async function span(git: Git, repoRoot: string, first: string, last: string): Promise<Found> {
  const oldTip = (await commitAt(git, repoRoot, `${first}^`)) ?? first;
  return { oldTip, newTip: last, commits: await countCommits(git, repoRoot, oldTip, last) };
}

const plain = ["--no-ext-diff", "--no-textconv", "--full-index", "--no-color", "--end-of-options"];

// Oldest first, without merges, at most 2,000: a change looked for after more landings than that counts as not there.
async function patchIds(git: Git, repoRoot: string, range: string[]) {
  const args = [
    "rev-list",
    "--reverse",
    "--topo-order",
    "--no-merges",
    "--max-count=2000",
    "--end-of-options",
    ...range,
  ];
  const input = await line(git, repoRoot, args, { step: "list commits" });
  if (input === "") return [];
  return patchIdOf(git, repoRoot, ["diff-tree", "--stdin", "-p", ...plain.slice(0, -1)], `${input}\n`);
}

async function patchIdOf(git: Git, repoRoot: string, diff: string[], input?: string) {
  const patches = await git(repoRoot, diff, { step: "read patches", encoding: "latin1", input });
  const ids = Buffer.from(patches.stdout, "latin1");
  const rows = await line(git, repoRoot, ["patch-id", "--stable"], { step: "compare patches", input: ids });
  const pairs = rows.split("\n").filter((row) => row !== "");
  return pairs.map((row) => ({ id: row.slice(0, row.indexOf(" ")), commit: row.slice(row.indexOf(" ") + 1) }));
}
