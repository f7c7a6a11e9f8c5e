import type { AnswerTo, HostRequest } from "@signalbox/api/contracts";
import { RequestFailure, textOf } from "../failure.ts";
import { findRepository, type Git, GitError, inspectWorktree } from "../git/index.ts";
import { isWithin } from "../workspaces/place.ts";

interface Needs {
  git: Git;
  worktreesDir: string;
}
type Request<T extends HostRequest["type"]> = Extract<HostRequest, { type: T }>;

const mostFiles = 20;

/** The true state of a worktree (WSP-23). */
export async function inspect(
  { git }: Needs,
  { worktreePath, branch, baseBranch }: Request<"workspace.inspect">,
): Promise<AnswerTo<"workspace.inspect">> {
  const repository = await findRepository(git, worktreePath);
  if (!repository) {
    return {
      exists: false,
      branch: null,
      headSha: null,
      ahead: 0,
      behind: 0,
      dirty: [],
      dirtyCount: 0,
      inProgress: null,
    };
  }
  const { repoRoot } = repository;
  const state = await inspectWorktree(git, { repoRoot, worktreePath, branch, baseBranch, maxFiles: mostFiles });
  return { ...state, dirty: state.dirty.map(({ path }) => path) };
}

/** Commits all that a worktree holds, untracked files included; the new head (WSP-23). */
export async function commit(
  { git, worktreesDir }: Needs,
  { worktreePath, message }: Request<"workspace.commit">,
): Promise<AnswerTo<"workspace.commit">> {
  if (!isWithin(worktreePath, worktreesDir)) {
    throw new RequestFailure("Invalid", `${worktreePath} is not a worktree of this host`);
  }
  try {
    await git(worktreePath, ["add", "--all"], { step: "add the files" });
    const env = await identity(git, worktreePath);
    await git(worktreePath, ["commit", "--quiet", "--file=-"], { step: "commit", input: message, env });
    const head = await git(worktreePath, ["rev-parse", "HEAD"], { step: "read the new head" });
    return { headSha: head.stdout.trim() };
  } catch (error) {
    const said = error instanceof GitError ? error.lastLines.join("\n") : "";
    throw new RequestFailure("Conflict", `${worktreePath} could not be committed: ${textOf(error)}\n${said}`.trim());
  }
}

/** Git refuses to commit for nobody: where the host's owner has set no name, the commit is Signalbox's. */
async function identity(git: Git, worktreePath: string): Promise<Record<string, string>> {
  const { stdout } = await git(worktreePath, ["config", "user.email"], { step: "read who commits", okCodes: [0, 1] });
  if (stdout.trim()) return {};
  const [name, email] = ["Signalbox", "signalbox@localhost"];
  return { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
}
