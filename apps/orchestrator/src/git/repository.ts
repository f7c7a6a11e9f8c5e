import { realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { WorkspaceError } from "./errors.ts";
import { absent } from "./git-dir.ts";
import { commitAt, createBranch, headBranchOf, tipOf } from "./refs.ts";
import { type Git, line } from "./run.ts";

export type Repository = {
  /** Real path of the main worktree (of the repository itself if it is bare). */
  repoRoot: string;
  gitCommonDir: string;
  /** Branch checked out in the main worktree; null when detached. */
  headBranch: string | null;
  hasCommit: boolean;
};

/** The repository that a directory lies in, also from a subdirectory or a linked worktree; null when in none. */
export async function findRepository(git: Git, cwd: string): Promise<Repository | null> {
  const directory = await stat(cwd).catch(absent);
  if (!directory?.isDirectory()) return null;
  const args = ["rev-parse", "--path-format=absolute", "--git-common-dir"];
  const asked = await git(cwd, args, { step: "find the repository", okCodes: [0, 128] });
  if (asked.exitCode !== 0) {
    if (/not a git repository/i.test(asked.stderr)) return null;
    throw new WorkspaceError("not_a_repository", `git refuses ${cwd}`, asked.stderr.trim().split("\n"));
  }
  const gitCommonDir = await realpath(asked.stdout.replace(/\n$/, ""));
  const repoRoot = await mainWorktreeOf(git, cwd, gitCommonDir);
  const headBranch = await headBranchOf(git, repoRoot);
  const anyCommit = await line(git, repoRoot, ["for-each-ref", "--count=1"], { step: "look for a commit" });
  return {
    repoRoot,
    gitCommonDir,
    headBranch,
    hasCommit: anyCommit !== "" || (await commitAt(git, repoRoot, "HEAD")) !== null,
  };
}

/** As `findRepository`, but throws `not_a_repository` or `no_commit` naming the directory (WSP-03). */
export async function requireRepository(git: Git, cwd: string): Promise<Repository> {
  const repo = await findRepository(git, cwd);
  if (repo === null) throw new WorkspaceError("not_a_repository", `${cwd} is not in a git repository`);
  if (!repo.hasCommit) throw new WorkspaceError("no_commit", `${repo.repoRoot} is a git repository without a commit`);
  return repo;
}

/** The branch that work starts from and lands on: configured, else the remote's default, else the main worktree's (WSP-04). */
export async function baseBranchOf(git: Git, repo: Repository, configured?: string | null): Promise<string> {
  if (configured) return configured;
  const args = ["symbolic-ref", "--quiet", "refs/remotes/origin/HEAD"];
  const remote = await line(git, repo.repoRoot, args, { step: "read the remote's default branch", okCodes: [0, 1] });
  const branch = /^refs\/remotes\/origin\/(.+)$/s.exec(remote)?.[1] ?? repo.headBranch;
  if (branch) return branch;
  throw new WorkspaceError("base_missing", `${repo.repoRoot} is on no branch and no base branch is set for it`);
}

/**
 * The tip of the base branch. One that exists only on the remote is made locally first, since landing moves the local one. Throws
 * `base_missing` naming the branch.
 */
export async function baseTip(git: Git, repoRoot: string, baseBranch: string): Promise<string> {
  const tip = await tipOf(git, repoRoot, baseBranch);
  if (tip !== null) return tip;
  const remote = await commitAt(git, repoRoot, `refs/remotes/origin/${baseBranch}`);
  if (remote === null) throw new WorkspaceError("base_missing", `${repoRoot} has no branch ${baseBranch}`);
  await createBranch(git, repoRoot, baseBranch, remote);
  return (await tipOf(git, repoRoot, baseBranch)) ?? remote;
}

async function mainWorktreeOf(git: Git, cwd: string, gitCommonDir: string): Promise<string> {
  const ask = (flag: string) =>
    line(git, cwd, ["rev-parse", "--path-format=absolute", flag], {
      step: "find the main worktree",
      okCodes: [0, 128],
    });
  const inMain = (await realpath(await ask("--git-dir"))) === gitCommonDir;
  const top = inMain ? await ask("--show-toplevel") : "";
  if (top !== "") return realpath(top);
  const options = { step: "find the main worktree", okCodes: [0, 1] };
  const configured = await line(git, cwd, ["config", "--file", join(gitCommonDir, "config"), "core.worktree"], options);
  if (configured !== "") return realpath(resolve(gitCommonDir, configured));
  return basename(gitCommonDir) === ".git" ? dirname(gitCommonDir) : gitCommonDir;
}
