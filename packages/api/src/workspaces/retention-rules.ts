import type { WorkspaceStatus } from "../contracts/index.ts";
import type { Settings } from "../settings/definitions.ts";

/** What retention looks at. */
export interface Retained {
  status: WorkspaceStatus;
  statusSince: Date;
  worktreePath: string | null;
  keptSha: string | null;
  /** The last order to its host did not come about. */
  keepFailed: boolean;
  /** When its owner ended; null while it has one that lives. */
  ownerEndedAt: Date | null;
  /** When its pull request was closed without a merge (WSP-50). */
  closedAt: Date | null;
  claimExpiresAt: Date | null;
}
type Limits = Pick<
  Settings,
  | "workspaces.abandonDays"
  | "workspaces.landedDays"
  | "workspaces.abandonedDays"
  | "workspaces.closedDays"
  | "workspaces.keptDays"
>;

type Due = "abandon" | "keep" | "remove" | "remove_kept";

const dayMs = 86_400_000;

/**
 * What becomes of a workspace by the time alone (WSP-64, WSP-66): give it up, remove its worktree once the work is kept, or remove the kept work. A
 * keeping that did not come about is tried again.
 * Whatever has an owner that lives, or is claimed, is left alone.
 */
export function dueFor(one: Retained, limits: Limits, now: Date): Due | null {
  const past = (since: Date, key: keyof Limits) => now.getTime() - since.getTime() >= limits[key] * dayMs;
  if (one.ownerEndedAt === null || (one.claimExpiresAt !== null && one.claimExpiresAt > now)) return null;
  switch (one.status) {
    case "active": {
      const since = new Date(Math.max(one.statusSince.getTime(), one.ownerEndedAt.getTime()));
      return past(since, "workspaces.abandonDays") ? "abandon" : null;
    }
    case "landed":
      return one.worktreePath !== null && past(one.statusSince, "workspaces.landedDays") ? "remove" : null;
    case "abandoned":
      if (one.worktreePath === null) return null;
      if (past(one.statusSince, "workspaces.abandonedDays")) return "remove";
      return one.keepFailed ? "keep" : null;
    case "review_requested":
      return one.closedAt !== null && past(one.closedAt, "workspaces.closedDays") ? "remove" : null;
    case "removed":
    case "failed":
      return one.keptSha !== null && past(one.statusSince, "workspaces.keptDays") ? "remove_kept" : null;
    default:
      return null;
  }
}
