/** A git command that failed: what was being done, and the last lines that git wrote (at most 20). */
export class GitError extends Error {
  constructor(
    readonly step: string,
    readonly exitCode: number | null,
    readonly lastLines: string[],
  ) {
    super(`${step}: ${lastLines.at(-1) ?? `git ended with ${exitCode ?? "a signal"}`}`);
    this.name = "GitError";
  }
}

export type WorkspaceErrorCode =
  | "not_a_repository"
  | "no_commit"
  | "base_missing"
  | "invalid_name"
  | "worktree_failed"
  | "unrelated_history"
  | "not_kept"
  | "nothing_kept"
  | "not_ours";

/** A refusal that the caller can act on; the message is for people and names the directory or branch. */
export class WorkspaceError extends Error {
  constructor(
    readonly code: WorkspaceErrorCode,
    message: string,
    readonly lastLines: string[] = [],
  ) {
    super(message);
    this.name = "WorkspaceError";
  }
}
