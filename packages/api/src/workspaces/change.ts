import type { WorkspaceStatus } from "../contracts/index.ts";
import type { Unit } from "../unit.ts";
import { metadataOf, type WorkspaceRow } from "./mapper.ts";

interface Change {
  status?: WorkspaceStatus;
  /** Merged over what is stored (WSP-09); null removes a key. */
  metadata?: Record<string, unknown>;
  data?: Parameters<Unit["tx"]["workspace"]["update"]>[0]["data"];
}

/** The one way in which a stored workspace changes: time of the status kept right, metadata merged, event after commit. */
export async function changeWorkspace(unit: Unit, row: WorkspaceRow, change: Change): Promise<WorkspaceRow> {
  const status = change.status ?? row.status;
  const merged = { ...metadataOf(row), ...change.metadata };
  const metadata = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
  unit.publish({ type: "workspace", id: row.id });
  return unit.tx.workspace.update({
    where: { id: row.id },
    data: {
      ...change.data,
      status,
      statusSince: status === row.status ? row.statusSince : unit.now,
      metadata: JSON.stringify(metadata),
      updatedAt: unit.now,
    },
  });
}
