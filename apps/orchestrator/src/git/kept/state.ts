/** Where the work of a workspace is kept (WSP-65). */
export function keptRef(workspaceId: string): string {
  return `refs/signalbox/kept/${workspaceId}`;
}

/** What is known of a kept workspace beside its files; stored with them. Names are latin1. */
export type KeptState = {
  version: 1;
  workspaceId: string;
  worktreePath: string;
  /** The worktree was gone from the disk: only commits, and what was staged, could be kept. */
  vanished: boolean;
  /** Branch of the workspace, and its tip; null where it had none. */
  branch: string | null;
  tip: string | null;
  /** What `HEAD` says: a branch's full name, also another's or one without commit, or null when detached. */
  headRef: string | null;
  head: string | null;
  baseBranch: string | null;
  baseSha: string | null;
  /** Name of the worktree's directory in the repository's. */
  adminDir: string | null;
  modes: [path: string, mode: number][];
  empty: string[];
  /** Repositories within the worktree, whole: `nested/<n>.tar`. */
  nested: string[];
  notKept: string[];
};

/** Names in the tree of the commit that holds what git itself knows of a worktree. */
export const parts = {
  state: "state.json",
  index: "index",
  gitDir: "gitdir",
  nested: "nested",
  modules: "modules.tar",
};

/** Of a worktree's own git directory: what belongs to the place and not to the work, and what only git at work needs. */
export function isOfThePlace(name: string): boolean {
  const fixed = ["index", "gitdir", "commondir", "locked", "modules"];
  return fixed.includes(name) || /^(signalbox-|sharedindex\.|fsmonitor)|\.lock$/.test(name);
}
