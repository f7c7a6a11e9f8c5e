import { list as listActivity } from "../activity/service.ts";
import { enqueue } from "../commands/enqueue.ts";
import { toCommand } from "../commands/mapper.ts";
import type { Authed, Services } from "../context.ts";
import { type AgentCard, liveStates } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { transact } from "../unit.ts";
import { endAgent } from "./end.ts";
import { grantOf } from "./grant.ts";
import { type AgentRow, toCard } from "./mapper.ts";
import { matching } from "./matching.ts";
import type { AgentDetail, GetAgent, ListAgents, Timeline } from "./schema.ts";

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
