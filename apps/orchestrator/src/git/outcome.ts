import type { CheckReport } from "@signalbox/api/contracts";
import type { Operation } from "./git-dir.ts";
import type { Recycled } from "./recycle.ts";

/** One workspace's work, as `ready` recorded it. */
export type Change = {
  /** Of the workspace. */
  id: string;
  worktreePath: string;
  branch: string;
  /** WSP-25. */
  commit: string;
  /** The owner goes on in it (WSP-41). */
  recycle: boolean;
};

/** The commits after `oldTip` up to `newTip` are on base, those of this change up to `tip`. */
export type Landed = {
  outcome: "landed";
  oldTip: string;
  newTip: string;
  tip: string;
  /** Of this change alone. */
  commits: number;
  /** Workspaces that landed with the same move of base, in order. */
  batch: string[];
  /** What ran on `newTip`; null when nothing did. */
  checks: CheckReport[] | null;
  recycled: Recycled | null;
  recycleBlocked: string | null;
};

/** What became of one change; base has moved only for `landed`. */
export type ChangeOutcome =
  | Landed
  | { outcome: "conflict"; files: string[] }
  | { outcome: "base_checkout_dirty"; checkout: string; files: string[]; operation: Operation | null }
  | { outcome: "nothing_to_land" }
  /** Red: the commit that was tested, the tip of base under it, and what the checks said. */
  | { outcome: "checks_failed"; commit: string; base: string; checks: CheckReport[] }
  /** Nothing speaks against it: its turn comes again with the next landing (WSP-36, WSP-37). */
  | { outcome: "again" }
  /** A failure that is not the change's fault (WSP-40). */
  | { outcome: "failed"; message: string; lastLines: string[] };
