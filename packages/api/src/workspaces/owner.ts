import type { AgentRow } from "../agents/mapper.ts";
import { WorkspaceMode, type WorkspaceReport, type WorkspaceStatus } from "../contracts/index.ts";
import type { Unit } from "../unit.ts";
import { changeWorkspace } from "./change.ts";
import { isTerminal } from "./rules.ts";

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

/** The host took this workspace back before anything was done in it. */
export async function neverUsed(unit: Unit, workspaceId: string, ownerAgentId: string): Promise<void> {
  await unit.hold("workspace", workspaceId);
  const row = await unit.tx.workspace.findUnique({ where: { id: workspaceId } });
  const unused = row?.ownerAgentId === ownerAgentId && row.status === "active" && !row.ahead && !row.dirtyFiles;
  if (unused) await changeWorkspace(unit, row, { status: "removed" });
}

/** The isolated workspace that an agent owns and goes on in when it is restarted, as it is known; null without one. */
export async function ownedWorkspace(unit: Unit, agent: AgentRow): Promise<WorkspaceReport | null> {
  const row = agent.workspaceId && (await unit.tx.workspace.findUnique({ where: { id: agent.workspaceId } }));
  if (!row || row.ownerAgentId !== agent.id || row.mode !== "isolated") return null;
  if (isTerminal(row.status as WorkspaceStatus)) return null;
  const { id, repoRoot, worktreePath, branch, baseBranch, baseSha, headSha, ahead, behind, dirtyFiles } = row;
  const requestedMode = WorkspaceMode.catch("inherit").parse(row.requestedMode);
  const facts = { worktreePath, branch, baseBranch, baseSha, headSha, ahead, behind, dirtyFiles };
  return { id, repoRoot, ...facts, mode: "isolated", requestedMode };
}
