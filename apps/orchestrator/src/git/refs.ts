import { GitError } from "./errors.ts";
import { lockIn, releaseAbandoned } from "./ref-lock.ts";
import { type Git, line } from "./run.ts";

/** The commit at the tip of a local branch, or null. */
export async function tipOf(git: Git, repoRoot: string, branch: string): Promise<string | null> {
  return commitAt(git, repoRoot, `refs/heads/${branch}`);
}

/** The commit that a full ref name, hash or `HEAD` leads to, or null. */
export async function commitAt(git: Git, cwd: string, name: string): Promise<string | null> {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`];
  return (await line(git, cwd, args, { step: `look up ${name}`, okCodes: [0, 1, 128] })) || null;
}

/** The tree of a commit. */
export async function treeOf(git: Git, cwd: string, commit: string): Promise<string> {
  return line(git, cwd, ["rev-parse", "--verify", "--end-of-options", `${commit}^{tree}`], { step: "look up a tree" });
}

/** Whether `commit` is `tip` or an ancestor of it. */
export async function contains(git: Git, cwd: string, tip: string, commit: string): Promise<boolean> {
  const { exitCode } = await git(cwd, ["merge-base", "--is-ancestor", commit, tip], {
    step: "compare commits",
    okCodes: [0, 1],
  });
  return exitCode === 0;
}

/** Number of commits reachable from `tip` and not from `from`. */
export async function countCommits(git: Git, cwd: string, from: string, tip: string): Promise<number> {
  return Number(await line(git, cwd, ["rev-list", "--count", `${from}..${tip}`], { step: "count commits" }));
}

/** The branch that `HEAD` of a checkout names, also an unborn one; null when detached. */
export async function headBranchOf(git: Git, checkout: string): Promise<string | null> {
  const options = { step: "read HEAD", okCodes: [0, 1] };
  const ref = await line(git, checkout, ["symbolic-ref", "--quiet", "HEAD"], options);
  return ref.startsWith("refs/heads/") ? ref.slice("refs/heads/".length) : null;
}

/** Names of the local branches that begin with `stem`. */
export async function branchesOf(git: Git, repoRoot: string, stem: string): Promise<string[]> {
  const args = ["for-each-ref", "--format=%(refname:lstrip=2)", `refs/heads/${stem}*`];
  return (await line(git, repoRoot, args, { step: "list branches" })).split("\n").filter((name) => name !== "");
}

/** Runs a git that writes a ref (to `writes`), once more when a lock that a killed git left behind was in the way. */
async function writeRef(git: Git, cwd: string, args: string[], step: string, writes?: string) {
  const first = await git(cwd, args, { step, okCodes: [0, 1, 128] });
  const lock = first.exitCode === 0 ? null : lockIn(first.stderr);
  if (!lock || !(await releaseAbandoned(lock, { writes }))) return first;
  return git(cwd, args, { step, okCodes: [0, 1, 128] });
}

/** Makes `HEAD` of a worktree of ours name a branch, without touching index or files. Throws `GitError`. */
export async function pointHead(git: Git, worktree: string, branch: string, reason: string): Promise<void> {
  const args = ["symbolic-ref", "-m", reason, "HEAD", `refs/heads/${branch}`];
  const { exitCode, stderr } = await writeRef(git, worktree, args, "switch to the branch");
  if (exitCode !== 0) throw new GitError("switch to the branch", exitCode, stderr.trim().split("\n"));
}

/** Makes a branch; false if one of that name exists. */
export async function createBranch(git: Git, repoRoot: string, branch: string, commit: string): Promise<boolean> {
  return moveRef(git, repoRoot, `refs/heads/${branch}`, commit, "0".repeat(commit.length), "signalbox: start a branch");
}

/**
 * Moves a ref from `from` to `to` (compare-and-swap, WSP-33); false when it is elsewhere. All zeros as `from` means that it must not exist.
 * Throws `GitError` when git could not do it although the ref stands as expected.
 */
export async function moveRef(git: Git, repoRoot: string, ref: string, to: string, from: string, reason: string) {
  const args = ["update-ref", "--create-reflog", "-m", reason, ref, to, from];
  const { exitCode, stderr } = await writeRef(git, repoRoot, args, `move ${ref}`, to);
  if (exitCode === 0) return true;
  const now = await commitAt(git, repoRoot, ref);
  if (now === (/^0+$/.test(from) ? null : from)) throw new GitError(`move ${ref}`, exitCode, stderr.trim().split("\n"));
  return false;
}

/** Removes a branch if it is still at `commit`; false when it is elsewhere or gone. */
export async function deleteBranch(git: Git, repoRoot: string, branch: string, commit: string): Promise<boolean> {
  const args = ["update-ref", "-d", `refs/heads/${branch}`, commit];
  const { exitCode } = await writeRef(git, repoRoot, args, `delete branch ${branch}`);
  return exitCode === 0;
}
