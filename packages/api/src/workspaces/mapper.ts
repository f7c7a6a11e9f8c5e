import type { Landing, Workspace, WorkspaceMode, WorkspaceStatus } from "../contracts/index.ts";
import type { Tx } from "../unit.ts";

export type WorkspaceRow = NonNullable<Awaited<ReturnType<Tx["workspace"]["findUnique"]>>>;
type LandingRow = NonNullable<Awaited<ReturnType<Tx["landing"]["findUnique"]>>>;

export const metadataOf = (row: Pick<WorkspaceRow, "metadata">) => JSON.parse(row.metadata) as Record<string, unknown>;

export function toWorkspace(row: WorkspaceRow): Workspace {
  const { readyAt, retryAt, landTries, answerDue, createdAt, ...shown } = row;
  return {
    ...shown,
    mode: row.mode as Workspace["mode"],
    requestedMode: row.requestedMode as WorkspaceMode,
    status: row.status as WorkspaceStatus,
    statusSince: row.statusSince.toISOString(),
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
