import type { Unit } from "../unit.ts";
import { changeWorkspace } from "./change.ts";

/**
 * The owner of these workspaces ended: a shared one is no longer occupied (WSP-05). An isolated one keeps its status
 * until its host has said what is in it.
 */
export async function ownerEnded(unit: Unit, agentId: string): Promise<void> {
  const shared = await unit.tx.workspace.findMany({
    where: { ownerAgentId: agentId, mode: "shared", status: "active" },
  });
  for (const row of shared) await changeWorkspace(unit, row, { status: "removed" });
}
