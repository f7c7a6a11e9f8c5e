import type { Claim, Landing, Workspace, WorkspaceMode, WorkspaceStatus } from "../contracts/index.ts";
import type { Tx } from "../unit.ts";

export type WorkspaceRow = NonNullable<Awaited<ReturnType<Tx["workspace"]["findUnique"]>>>;
type LandingRow = NonNullable<Awaited<ReturnType<Tx["landing"]["findUnique"]>>>;

export const metadataOf = (row: Pick<WorkspaceRow, "metadata">) => JSON.parse(row.metadata) as Record<string, unknown>;

/** The claim that holds now; one past its time is over by itself (WSP-28). */
export function claimOf(
  row: Pick<WorkspaceRow, "claimHolder" | "claimPurpose" | "claimSince" | "claimExpiresAt">,
  now: Date,
): Claim | null {
  const { claimHolder: holder, claimPurpose: purpose, claimSince, claimExpiresAt } = row;
  if (holder === null || claimSince === null || claimExpiresAt === null || claimExpiresAt <= now) return null;
  return { holder, purpose, since: claimSince.toISOString(), expiresAt: claimExpiresAt.toISOString() };
}

export function toWorkspace(row: WorkspaceRow, now: Date): Workspace {
  const { readyAt, retryAt, landTries, answerDue, createdAt, keptRemovedAt, ...rest } = row;
  const { claimHolder, claimPurpose, claimSince, claimExpiresAt, ...shown } = rest;
  return {
    ...shown,
    mode: row.mode as Workspace["mode"],
    requestedMode: row.requestedMode as WorkspaceMode,
    status: row.status as WorkspaceStatus,
    statusSince: row.statusSince.toISOString(),
    claim: claimOf(row, now),
    keptAt: row.keptAt?.toISOString() ?? null,
    metadata: metadataOf(row),
    updatedAt: row.updatedAt.toISOString(),
  };
}

export function toLanding(row: LandingRow): Landing {
  return {
    ...row,
    checks: JSON.parse(row.checks) as Landing["checks"],
    batch: JSON.parse(row.batch) as string[],
    grant: { scopes: [], ...(JSON.parse(row.grant) as object) },
    at: row.at.toISOString(),
  };
}
