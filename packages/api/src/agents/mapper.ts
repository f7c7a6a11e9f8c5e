import type {
  AgentCard,
  AgentState,
  ApprovalMode,
  Provider,
  ShutdownFailure,
  StatusReason,
  WorkspaceMode,
} from "../contracts/index.ts";
import type { Tx } from "../unit.ts";

export type AgentRow = NonNullable<Awaited<ReturnType<Tx["agent"]["findUnique"]>>>;

/** The one card (MSG-01); `machines` maps hosts to their host names. */
export function toCard(row: AgentRow, machines: ReadonlyMap<string, string>): AgentCard {
  const status = row.state as AgentState;
  return {
    id: row.id,
    label: row.label,
    name: row.label ?? row.id,
    kind: row.commandId ? "managed" : "interactive",
    provider: row.provider as Provider,
    orchestratorId: row.orchestratorId,
    machine: row.orchestratorId ? (machines.get(row.orchestratorId) ?? null) : null,
    status,
    statusReason: row.stateReason ? (JSON.parse(row.stateReason) as StatusReason) : null,
    statusSince: row.stateSince.toISOString(),
    shutdownFailure: row.shutdownFailure ? (JSON.parse(row.shutdownFailure) as ShutdownFailure) : null,
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
      policyName: row.policyName,
      spawnRequestId: row.spawnRequestId,
      profile: row.profile,
      approvalMode: row.approvalMode as ApprovalMode,
      model: row.model,
      effort: row.effort,
      providerArgs: JSON.parse(row.providerArgs) as string[],
      workspaceMode: row.workspaceMode as WorkspaceMode,
      cwd: row.cwd,
    },
  };
}
