import { gitDirOf, type Operation, operationIn } from "./git-dir.ts";
import { commitAt, headBranchOf, tipOf } from "./refs.ts";
import { type Git, line } from "./run.ts";
import { type DirtyFile, parseStatus } from "./status.ts";

export type Inspection = {
  /** False when the worktree is gone from the disk; `headSha` is then the tip of its branch. */
  exists: boolean;
  headSha: string | null;
  /** The branch that is really checked out; null when detached. */
  branch: string | null;
  /** Commits of the head that base lacks, and of base that the head lacks. */
  ahead: number;
  behind: number;
  /** The first `maxFiles`; a directory of untracked files is one entry. */
  dirty: DirtyFile[];
  dirtyCount: number;
  inProgress: Operation | null;
};

export type Inspect = {
  repoRoot: string;
  worktreePath: string;
  branch: string;
  baseBranch: string;
  /** Length of the list `dirty`, default 200. */
  maxFiles?: number;
};

/** The true state of a worktree (WSP-10, WSP-23). Takes no lock in it. */
export async function inspectWorktree(git: Git, input: Inspect): Promise<Inspection> {
  const { repoRoot, worktreePath, branch, baseBranch } = input;
  const base = await tipOf(git, repoRoot, baseBranch);
  const gitDir = await gitDirOf(worktreePath);
  if (gitDir === null) {
    const headSha = await tipOf(git, repoRoot, branch);
    const away = { exists: false, headSha, branch: null, dirty: [], dirtyCount: 0, inProgress: null };
    return { ...away, ...(await distance(git, repoRoot, base, headSha)) };
  }
  const headSha = await commitAt(git, worktreePath, "HEAD");
  const dirty = await dirtyFiles(git, worktreePath);
  return {
    exists: true,
    headSha,
    branch: await headBranchOf(git, worktreePath),
    ...(await distance(git, repoRoot, base, headSha)),
    dirty: dirty.slice(0, input.maxFiles ?? 200),
    dirtyCount: dirty.length,
    inProgress: await operationIn(gitDir),
  };
}

async function dirtyFiles(git: Git, worktreePath: string): Promise<DirtyFile[]> {
  const args = ["status", "--porcelain=v2", "-z", "--untracked-files=normal", "--no-renames"];
  const env = { GIT_OPTIONAL_LOCKS: "0" };
  return parseStatus((await git(worktreePath, args, { step: "read the status", env })).stdout);
}

async function distance(git: Git, repoRoot: string, base: string | null, head: string | null) {
  if (base === null || head === null) return { ahead: 0, behind: 0 };
  const args = ["rev-list", "--left-right", "--count", `${base}...${head}`];
  const [behind, ahead] = (await line(git, repoRoot, args, { step: "compare with base" })).split("\t").map(Number);
  return { ahead: ahead!, behind: behind! };
}
