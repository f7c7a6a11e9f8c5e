import { type CommitText, copyOnto, readCommit, secondsOf, writeCommit } from "./commit-object.ts";
import { mergeTrees } from "./merge.ts";
import { contains, countCommits, treeOf } from "./refs.ts";
import { type Git, line } from "./run.ts";

export type Replay = {
  /** Where the change begins: an ancestor of `head`. */
  from: string;
  head: string;
  /** What the change is put upon. */
  onto: string;
};
export type Replayed = { clean: true; tip: string; commits: number } | { clean: false; files: string[] };

/**
 * Rebases `from..head` onto `onto` in git's object store: no checkout, no index, no ref is touched, so a kill leaves nothing half done (WSP-32,
 * WSP-42). Commits whose patch `onto` already has are left out; `tip` is `onto` when none is left. If `onto` is in `head` nothing is rewritten.
 */
export async function replay(git: Git, cwd: string, change: Replay): Promise<Replayed> {
  const { from, head, onto } = change;
  if (await contains(git, cwd, head, onto))
    return { clean: true, tip: head, commits: await countCommits(git, cwd, onto, head) };
  const picked = await commitsToReplay(git, cwd, change);
  const straight = await oneByOne(git, cwd, picked, onto);
  if (!(await hasMerges(git, cwd, change))) return straight;

  // A merge commit can hold changes of its own, which its parents' patches lack: the result must be what merging as a whole gives.
  const ours = await treeOf(git, cwd, onto);
  const whole = await mergeTrees(git, cwd, { base: from, ours, theirs: head, attributes: onto });
  if (!whole.clean) return whole;
  if (whole.tree === ours) return { clean: true, tip: onto, commits: 0 };
  if (straight.clean && (await treeOf(git, cwd, straight.tip)) === whole.tree) return straight;
  return { clean: true, tip: await asOneCommit(git, cwd, change, whole.tree), commits: 1 };
}

/** The commits of the change whose patch `onto` lacks, oldest first, without merges. */
export async function commitsToReplay(git: Git, cwd: string, { from, head, onto }: Replay): Promise<string[]> {
  const args = ["rev-list", "--reverse", "--topo-order", "--no-merges", "--cherry-pick", "--right-only"];
  const listed = await line(git, cwd, [...args, `${onto}...${head}`, `^${from}`], {
    step: "list the change's commits",
  });
  return listed.split("\n").filter((sha) => sha !== "");
}

async function hasMerges(git: Git, cwd: string, { from, head, onto }: Replay): Promise<boolean> {
  const args = ["rev-list", "--merges", "-n", "1", head, `^${from}`, `^${onto}`];
  return (await line(git, cwd, args, { step: "look for merge commits" })) !== "";
}

async function oneByOne(git: Git, cwd: string, picked: string[], onto: string): Promise<Replayed> {
  const start = await readCommit(git, cwd, onto);
  let tip = { sha: onto, tree: start.tree, committedAt: secondsOf(start.committer) };
  let commits = 0;
  for (const sha of picked) {
    const commit = await readCommit(git, cwd, sha);
    const parent = commit.parents[0];
    // A commit without parent came in by a merge of another history: only the merge as a whole can tell what it changes.
    if (parent === undefined) return { clean: false, files: [] };
    const before = await treeOf(git, cwd, parent);
    const step = { base: parent, ours: tip.tree, theirs: sha, attributes: onto };
    const merged = before === tip.tree ? { clean: true as const, tree: commit.tree } : await mergeTrees(git, cwd, step);
    if (!merged.clean) return merged;
    if (merged.tree === tip.tree && before !== commit.tree) continue;
    const copy = copyOnto(commit, tip, merged.tree);
    tip = { sha: await writeCommit(git, cwd, copy), tree: merged.tree, committedAt: secondsOf(copy.committer) };
    commits++;
  }
  return { clean: true, tip: tip.sha, commits };
}

async function asOneCommit(git: Git, cwd: string, { from, head, onto }: Replay, tree: string): Promise<string> {
  const args = ["rev-list", "--topo-order", "--no-merges", head, `^${from}`, `^${onto}`];
  const listed = (await line(git, cwd, args, { step: "list the change's commits" })).split("\n");
  const newest = await readCommit(git, cwd, listed[0] || head);
  const parent = await readCommit(git, cwd, onto);
  const message = `${newest.message.trimEnd()}\n\nOne commit for the change up to ${head}, which contains merges.\n`;
  const whole: CommitText = copyOnto(
    { ...newest, message },
    { sha: onto, committedAt: secondsOf(parent.committer) },
    tree,
  );
  return writeCommit(git, cwd, whole);
}
