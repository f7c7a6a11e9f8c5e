import { record } from "../activity/record.ts";
import { hasEnded } from "../agents/rules.ts";
import type { Services } from "../context.ts";
import type { AgentState, WorkspaceStatus } from "../contracts/index.ts";
import { transact, type Unit } from "../unit.ts";
import { changeWorkspace } from "./change.ts";
import { outOfQueue } from "./give-up.ts";
import { metadataOf, type WorkspaceRow } from "./mapper.ts";
import { openOrder, order } from "./orders.ts";
import { dueFor } from "./retention-rules.ts";

const watched: WorkspaceStatus[] = ["active", "landed", "abandoned", "review_requested", "removed", "failed"];

async function dueNow(services: Services, unit: Unit, row: WorkspaceRow) {
  const owner = await unit.tx.agent.findUnique({ where: { id: row.ownerAgentId ?? "" } });
  const lives = owner !== null && !hasEnded(owner.state as AgentState);
  const metadata = metadataOf(row);
  const closedAt = (metadata.landResult as { closedAt?: string } | undefined)?.closedAt;
  const seen = {
    ...row,
    status: row.status as WorkspaceStatus,
    ownerEndedAt: lives ? null : (owner?.endedAt ?? row.statusSince),
    keepFailed: metadata.keepError !== undefined,
    closedAt: closedAt ? new Date(closedAt) : null,
  };
  return dueFor(seen, services.settings, unit.now);
}

async function abandoned(services: Services, unit: Unit, row: WorkspaceRow): Promise<void> {
  await order(services, unit, row, "relay", { type: "keep" });
  await changeWorkspace(unit, row, { status: "abandoned", metadata: { waiting: null }, data: outOfQueue });
  await record(services, unit, {
    clientId: `abandoned:${row.id}:${row.statusSince.toISOString()}`,
    kind: "state",
    view: "workspaces",
    title: `${row.branch} abandoned: its agent ended and nobody took it up; its work is kept`,
    meta: row.orchestratorId,
    actor: "relay",
    agentId: row.ownerAgentId,
    metadata: { workspaceId: row.id },
  });
}

/** Decided on what is true inside the transaction: one that became live again meanwhile is left alone (WSP-66). */
async function retain(services: Services, id: string): Promise<void> {
  await transact(services, async (unit) => {
    await unit.hold("workspace", id);
    const row = await unit.tx.workspace.findUnique({ where: { id } });
    const due = row && (await dueNow(services, unit, row));
    if (!row || !due || (await openOrder(unit, id))) return;
    if (due === "abandon") return abandoned(services, unit, row);
    if (due === "keep") return void (await order(services, unit, row, "relay", { type: "keep" }));
    const what = due === "remove" ? "worktree" : "kept_ref";
    await order(services, unit, row, "relay", { type: "remove", what });
  });
}

/** The hourly loop over what may be given up or removed, of hosts that are there (WSP-64, WSP-66). */
export async function retainWorkspaces(services: Services): Promise<void> {
  const where = {
    mode: "isolated",
    status: { in: watched },
    OR: [{ status: { notIn: ["removed", "failed"] } }, { keptSha: { not: null } }],
  };
  const rows = await services.db.client.workspace.findMany({ where, select: { id: true, orchestratorId: true } });
  for (const { id, orchestratorId } of rows)
    if (services.presence.get(`host:${orchestratorId}`) !== null) await retain(services, id);
}
