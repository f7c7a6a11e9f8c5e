import { enqueue } from "../commands/enqueue.ts";
import type { CommandRow } from "../commands/mapper.ts";
import type { Services } from "../context.ts";
import { finalStates } from "../contracts/index.ts";
import type { Unit } from "../unit.ts";
import type { WorkspaceRow } from "./mapper.ts";

type Order = { type: "keep" } | { type: "remove"; what: "worktree" | "kept_ref" } | { type: "restore" };

const types = ["workspace.keep", "workspace.remove", "workspace.restore"] as const;

/** The order to keep, remove or restore this workspace that its host has not carried out yet; null without one. */
export async function openOrder(unit: Unit, workspaceId: string): Promise<CommandRow | null> {
  const where = { workspaceId, type: { in: [...types] }, state: { notIn: [...finalStates] } };
  return unit.tx.command.findFirst({ where, orderBy: { seq: "desc" } });
}

/** Orders the host to keep, remove or restore the work of a workspace. */
export async function order(
  services: Services,
  unit: Unit,
  row: WorkspaceRow,
  by: string,
  what: Order,
): Promise<CommandRow> {
  const of = { orchestratorId: row.orchestratorId, workspaceId: row.id, agentId: row.ownerAgentId, requestedBy: by };
  const { id: workspaceId, repoRoot, ownerAgentId: agentId, branch, baseBranch } = row;
  if (what.type === "restore")
    return enqueue(services, unit, { ...of, type: "workspace.restore", params: { workspaceId, repoRoot, agentId } });
  const params = { workspaceId, repoRoot, worktreePath: row.worktreePath ?? "", branch, baseBranch, agentId };
  if (what.type === "keep") return enqueue(services, unit, { ...of, type: "workspace.keep", params });
  return enqueue(services, unit, { ...of, type: "workspace.remove", params: { ...params, what: what.what } });
}
