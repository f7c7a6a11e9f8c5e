import type { AgentCard, AgentState, ApprovalMode, Provider, StatusReason, WorkspaceMode } from "../contracts/index.ts";
import type { Tx } from "../unit.ts";

export type AgentRow = NonNullable<Awaited<ReturnType<Tx["agent"]["findUnique"]>>>;

/** The one card (MSG-01); `machines` maps hosts to their host names. */
export function toCard(row: AgentRow, machines: ReadonlyMap<string, string>): AgentCard {
  const status = row.state as AgentState;
  return {
    id: row.id,
    label: row.label,
    name: row.label ?? row.id,
    kind: "managed",
    provider: row.provider as Provider,
    orchestratorId: row.orchestratorId,
    machine: row.orchestratorId ? (machines.get(row.orchestratorId) ?? null) : null,
    status,
    statusReason: row.stateReason ? (JSON.parse(row.stateReason) as StatusReason) : null,
    statusSince: row.stateSince.toISOString(),
    tags: JSON.parse(row.tags) as string[],
    capabilities: JSON.parse(row.capabilities) as string[],
    spawnedBy: row.spawnedBy,
    onBehalfOf: row.onBehalfOf,
    workspaceId: row.workspaceId,
    ready: status === "idle",
    epoch: row.epoch,
    createdAt: row.createdAt.toISOString(),
    lastActiveAt: row.lastActiveAt.toISOString(),
    meta: {
      policyName: null,
      spawnRequestId: row.spawnRequestId,
      profile: null,
      approvalMode: row.approvalMode as ApprovalMode,
      model: null,
      effort: null,
      providerArgs: [],
      workspaceMode: row.workspaceMode as WorkspaceMode,
      cwd: row.cwd,
    },
  };
}
