import { record } from "../activity/record.ts";
import { list as listActivity } from "../activity/service.ts";
import { enqueue } from "../commands/enqueue.ts";
import { toCommand } from "../commands/mapper.ts";
import { settle } from "../commands/settle.ts";
import type { Authed, Services } from "../context.ts";
import { type AgentCard, type AgentState, liveStates } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { actingAgent, allow } from "../identity/caller.ts";
import { transact } from "../unit.ts";
import { endAgent } from "./end.ts";
import { grantOf } from "./grant.ts";
import { type AgentRow, toCard } from "./mapper.ts";
import { matching } from "./matching.ts";
import { hasEnded } from "./rules.ts";
import type { AgentDetail, GetAgent, ListAgents, ShutdownAgent, ShutdownAnswer, Timeline } from "./schema.ts";

/** Cards of these rows, with their hosts' names. */
export async function cards({ db }: Pick<Services, "db">, rows: AgentRow[]): Promise<AgentCard[]> {
  const ids = [...new Set(rows.flatMap((row) => row.orchestratorId ?? []))];
  const hosts = await db.client.orchestrator.findMany({
    where: { id: { in: ids } },
    select: { id: true, hostname: true },
  });
  const machines = new Map(hosts.map(({ id, hostname }) => [id, hostname]));
  return rows.map((row) => toCard(row, machines));
}

async function existing(ctx: Pick<Services, "db">, agentId: string): Promise<AgentRow> {
  const row = await ctx.db.client.agent.findUnique({ where: { id: agentId } });
  if (!row) throw new AppError("NotFound", `There is no agent ${agentId}`);
  return row;
}

/** Newest first; starts with running agents (MSG-05). */
export async function list(ctx: Authed, input: ListAgents) {
  const { rows, nextCursor } = await matching(ctx, input);
  return { items: await cards(ctx, rows), nextCursor };
}

export async function get(ctx: Authed, { agentId }: GetAgent): Promise<AgentDetail> {
  const row = await existing(ctx, agentId);
  const [card, children, command, grant] = await Promise.all([
    cards(ctx, [row]),
    ctx.db.client.agent.findMany({
      where: { spawnedBy: agentId },
      select: { id: true },
      orderBy: { createdAt: "asc" },
    }),
    row.commandId ? ctx.db.client.command.findUnique({ where: { id: row.commandId } }) : null,
    grantOf(ctx, row),
  ]);
  return {
    ...(card[0] as AgentCard),
    result: row.result,
    resultAt: row.resultAt?.toISOString() ?? null,
    lastLines: row.lastLines ? (JSON.parse(row.lastLines) as string[]) : null,
    children: children.map(({ id }) => id),
    command: command && toCommand(command),
    endedAt: row.endedAt?.toISOString() ?? null,
    createdBy: row.createdBy,
    profileVersion: row.profileVersion,
    grant,
  };
}

/** What happened to one agent, newest first. */
export async function timeline(ctx: Authed, input: Timeline) {
  await existing(ctx, input.agentId);
  return listActivity(ctx, input);
}

/** The agent that this caller may end: a person any, an agent its own children only (SPN-53). */
async function reachable(ctx: Authed, agentId: string): Promise<AgentRow> {
  const self = actingAgent(ctx.caller);
  if (!self) {
    const row = await existing(ctx, agentId);
    allow(ctx.caller, { orchestratorId: row.orchestratorId ?? undefined, cwd: row.cwd });
    return row;
  }
  const row = await ctx.db.client.agent.findUnique({ where: { id: agentId } });
  if (row?.spawnedBy !== self)
    throw new AppError("Forbidden", "An agent may shut down only its own children, by their id");
  return row;
}

/** Asks the host to end the session; what has ended already is answered so (SPN-54, SPN-55). */
export async function shutdown(ctx: Authed, { agentId, reason, graceSeconds }: ShutdownAgent): Promise<ShutdownAnswer> {
  const { orchestratorId } = await reachable(ctx, agentId);
  const answer = { ok: true, action: "shutdown", orchestratorId } as const;
  return transact(ctx, async (unit) => {
    await unit.hold("agent", agentId);
    const agent = await unit.tx.agent.findUniqueOrThrow({ where: { id: agentId } });
    if (hasEnded(agent.state as AgentState) || !agent.orchestratorId)
      return { ...answer, command: null, alreadyEnded: true };
    await unit.hold("command", agent.commandId ?? "");
    const pending = await unit.tx.command.findFirst({ where: { id: agent.commandId ?? "", state: "pending" } });
    if (pending) {
      const command = await settle(ctx, unit, pending, { state: "cancelled" });
      return { ...answer, command: toCommand(command), alreadyEnded: false };
    }
    if (!ctx.presence.get(`host:${agent.orchestratorId}`)) {
      throw new AppError(
        "Unavailable",
        `Host ${agent.orchestratorId} is not connected; its sessions cannot be reached`,
      );
    }
    const sessionName = agent.sessionName ?? `sb-${agent.commandId}`;
    const row = await enqueue(ctx, unit, {
      orchestratorId: agent.orchestratorId,
      type: "agent.shutdown",
      params: { agentId, sessionName, graceSeconds, reason },
      agentId,
      requestedBy: ctx.caller.actor,
      correlationId: agent.spawnRequestId,
    });
    await record(ctx, unit, {
      clientId: `shutdown:${row.id}`,
      kind: "command",
      view: "agents",
      title: `Shut down ${agent.label ?? agentId}`,
      body: reason,
      actor: ctx.caller.actor,
      onBehalfOf: agent.onBehalfOf,
      agentId,
      requestId: ctx.requestId,
      metadata: { commandId: row.id },
    });
    return { ...answer, command: toCommand(row), alreadyEnded: false };
  });
}

/** Fails agents whose runner did not register in time, and ends their sessions (SPN-46). */
export async function failUnregistered(services: Services): Promise<void> {
  const seconds = services.settings["agents.registerWithinSeconds"];
  const before = new Date(services.clock.now().getTime() - seconds * 1000);
  const rows = await services.db.client.agent.findMany({ where: { state: "spawning", createdAt: { lt: before } } });
  for (const { id } of rows) {
    await transact(services, async (unit) => {
      await unit.hold("agent", id);
      const agent = await unit.tx.agent.findUnique({ where: { id } });
      const command = await unit.tx.command.findUnique({ where: { id: agent?.commandId ?? "" } });
      const ready = command?.state === "succeeded" && command.finishedAt && command.finishedAt < before;
      if (!agent?.orchestratorId || agent.state !== "spawning" || !ready) return;
      const text = `Its session exists, but its runner did not register within ${seconds} s`;
      await endAgent(services, unit, agent, { state: "failed", kind: "not_registered", text, actor: "relay" });
      await enqueue(services, unit, {
        orchestratorId: agent.orchestratorId,
        type: "agent.shutdown",
        params: { agentId: id, sessionName: agent.sessionName ?? `sb-${command.id}`, graceSeconds: 0 },
        agentId: id,
        requestedBy: "relay",
      });
    });
  }
}

/** How many agents of that host have not ended (SPN-17). */
export async function liveOn(unit: Parameters<typeof endAgent>[1], orchestratorId: string): Promise<number> {
  return unit.tx.agent.count({ where: { orchestratorId, state: { in: [...liveStates] } } });
}
