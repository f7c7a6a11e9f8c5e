export { createWorktree } from "./create.ts";
export { GitError, WorkspaceError } from "./errors.ts";
export { inspectWorktree } from "./inspect.ts";
export { type LandProgress, land, type ToCheck } from "./land.ts";
export { noteOf } from "./note.ts";
export type { ChangeOutcome } from "./outcome.ts";
export { baseBranchOf, findRepository, type Repository } from "./repository.ts";
export { type Git, makeGit } from "./run.ts";
export { removeWorktree } from "./worktrees.ts";
