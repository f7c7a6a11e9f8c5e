import { hasEnded } from "../agents/rules.ts";
import { enqueue } from "../commands/enqueue.ts";
import type { Services } from "../context.ts";
import type { AgentState, WorkspaceStatus } from "../contracts/index.ts";
import { transact, type Unit } from "../unit.ts";
import { changeWorkspace } from "./change.ts";
import type { WorkspaceRow } from "./mapper.ts";
import { isClaimed, nextLandings } from "./rules.ts";

async function start(services: Services, unit: Unit, row: WorkspaceRow): Promise<void> {
  const { worktreePath, branch, baseBranch, readySha } = row;
  if (!worktreePath || !branch || !baseBranch || !readySha) return;
  // Two relays cannot start two landings of one queue.
  await unit.hold("orchestrator", row.orchestratorId);
  const where = { repository: row.repository, baseBranch, status: "landing" };
  if ((await unit.tx.workspace.count({ where })) > 0) return;
  const owner = row.ownerAgentId && (await unit.tx.agent.findUnique({ where: { id: row.ownerAgentId } }));
  const command = await enqueue(services, unit, {
    orchestratorId: row.orchestratorId,
    type: "workspace.land",
    params: {
      workspaceId: row.id,
      repoRoot: row.repoRoot,
      worktreePath,
      branch,
      baseBranch,
      commit: readySha,
      agentId: row.ownerAgentId,
      recycle: owner ? !hasEnded(owner.state as AgentState) : false,
    },
    workspaceId: row.id,
    agentId: row.ownerAgentId,
    requestedBy: row.ownerAgentId ?? "relay",
  });
  await changeWorkspace(unit, row, { status: "landing", metadata: { landCommandId: command.id, waiting: null } });
}

/** The queue's loop: starts the next landing of every queue that has none running (WSP-31). */
export async function startLandings(services: Services): Promise<void> {
  const rows = await services.db.client.workspace.findMany({ where: { status: { in: ["ready", "landing"] } } });
  const waiting = rows.map((row) => ({ ...row, status: row.status as WorkspaceStatus }));
  const connected = (host: string) => services.presence.get(`host:${host}`) !== null;
  for (const id of nextLandings(waiting, services.clock.now(), connected)) {
    await transact(services, async (unit) => {
      await unit.hold("workspace", id);
      const row = await unit.tx.workspace.findUnique({ where: { id } });
      if (row?.status === "ready" && !isClaimed(row, unit.now)) await start(services, unit, row);
    });
  }
}
