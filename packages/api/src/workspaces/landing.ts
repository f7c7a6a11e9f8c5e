import { hasEnded } from "../agents/rules.ts";
import { enqueue } from "../commands/enqueue.ts";
import type { Services } from "../context.ts";
import { type AgentState, type LandChange, mostBatched, type WorkspaceStatus } from "../contracts/index.ts";
import { settingsOf } from "../repositories/service.ts";
import { transact, type Unit } from "../unit.ts";
import { changeWorkspace } from "./change.ts";
import { metadataOf, type WorkspaceRow } from "./mapper.ts";
import { isClaimed, nextLandings } from "./rules.ts";

async function changeOf(unit: Unit, row: WorkspaceRow): Promise<LandChange[]> {
  const { id: workspaceId, worktreePath, branch, readySha: commit, ownerAgentId: agentId } = row;
  if (row.status !== "ready" || !worktreePath || !branch || !commit) return [];
  const owner = agentId && (await unit.tx.agent.findUnique({ where: { id: agentId } }));
  const recycle = owner ? !hasEnded(owner.state as AgentState) : false;
  return [{ workspaceId, worktreePath, branch, commit, agentId, recycle }];
}

async function rowsOf(unit: Unit, ids: readonly string[]): Promise<WorkspaceRow[]> {
  const rows: WorkspaceRow[] = [];
  for (const id of ids) {
    await unit.hold("workspace", id);
    const row = await unit.tx.workspace.findUnique({ where: { id } });
    if (row?.status === "ready" && row.baseBranch) rows.push(row);
  }
  return rows;
}

/** Starts one landing of these workspaces of one queue. */
async function start(services: Services, unit: Unit, ids: readonly string[]): Promise<void> {
  const rows = (await rowsOf(unit, ids)).filter((row) => !isClaimed(row, unit.now));
  const [first] = rows;
  if (!first?.baseBranch) return;
  const { orchestratorId, repository, repoRoot, baseBranch } = first;
  // Two relays cannot start two landings of one queue.
  await unit.hold("orchestrator", orchestratorId);
  if ((await unit.tx.workspace.count({ where: { repository, baseBranch, status: "landing" } })) > 0) return;
  const settings = await settingsOf(unit.tx, repository);
  if (settings.protected) return forPeople(unit, rows);
  const changes: LandChange[] = [];
  for (const row of rows) changes.push(...(await changeOf(unit, row)));
  if (changes.length === 0) return;
  const owners = new Set(changes.map(({ agentId }) => agentId));
  const { checks, checkRetries } = settings;
  const command = await enqueue(services, unit, {
    orchestratorId,
    type: "workspace.land",
    params: { repoRoot, baseBranch, changes, checks, checkRetries },
    workspaceId: changes[0]?.workspaceId,
    agentId: changes[0]?.agentId,
    // An agent cancels what it asked for: a landing of several agents' work is nobody's own (HST-35).
    requestedBy: (owners.size === 1 && changes[0]?.agentId) || "relay",
  });
  const starting = new Set(changes.map(({ workspaceId }) => workspaceId));
  for (const row of rows.filter(({ id }) => starting.has(id)))
    await changeWorkspace(unit, row, { status: "landing", metadata: { landCommandId: command.id, waiting: null } });
}

/** Nothing lands by itself on a protected branch (WSP-45). */
async function forPeople(unit: Unit, rows: readonly WorkspaceRow[]): Promise<void> {
  for (const row of rows)
    await changeWorkspace(unit, row, {
      status: "review_requested",
      metadata: { waiting: { reason: "protected" }, lastOutcome: "protected" },
    });
}

/** A host that is away pauses its queues, and each entry says so (WSP-40). */
async function markAway(services: Services, rows: readonly WorkspaceRow[]): Promise<void> {
  const ready = rows.filter(({ status }) => status === "ready");
  if (ready.length === 0) return;
  const offline = await services.db.client.orchestrator.findMany({ where: { state: "offline" }, select: { id: true } });
  const away = new Set(offline.map(({ id }) => id));
  const says = (row: WorkspaceRow) => (metadataOf(row).waiting as { reason?: string } | undefined)?.reason;
  for (const { id, orchestratorId } of ready.filter((row) => {
    const marked = says(row) === "host_offline";
    return away.has(row.orchestratorId) ? says(row) === undefined : marked;
  })) {
    await transact(services, async (unit) => {
      const [row] = await rowsOf(unit, [id]);
      const waiting = away.has(orchestratorId) ? { reason: "host_offline" } : null;
      if (row) await changeWorkspace(unit, row, { metadata: { waiting } });
    });
  }
}

/** The queue's loop: starts the next landing of every queue that has none running (WSP-31, WSP-36). */
export async function startLandings(services: Services): Promise<void> {
  const { client } = services.db;
  const rows = await client.workspace.findMany({ where: { status: { in: ["ready", "landing"] } } });
  if (rows.length === 0) return;
  await markAway(services, rows);
  const stored = await client.repository.findMany({
    where: { id: { in: [...new Set(rows.map(({ repository }) => repository))] } },
    select: { id: true, batchSize: true },
  });
  const sizes = new Map(stored.map(({ id, batchSize }) => [id, batchSize]));
  const waiting = rows.map((row) => ({ ...row, status: row.status as WorkspaceStatus }));
  const connected = (host: string) => services.presence.get(`host:${host}`) !== null;
  const batchSize = (repository: string) => sizes.get(repository) ?? mostBatched;
  for (const ids of nextLandings(waiting, services.clock.now(), connected, batchSize))
    await transact(services, (unit) => start(services, unit, ids));
}
