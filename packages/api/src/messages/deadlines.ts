import type { Services } from "../context.ts";
import type { AgentState, UndeliveredReason } from "../contracts/index.ts";
import { transact, type Unit } from "../unit.ts";
import { bounce } from "./bounce.ts";
import { whyLate } from "./rules.ts";

const mostAtOnce = 200;
const dayMs = 24 * 3_600_000;

/** Why each of these agents has not got its messages. */
async function reasons(unit: Unit, agentIds: string[]): Promise<Map<string, UndeliveredReason>> {
  const agents = await unit.tx.agent.findMany({
    where: { id: { in: agentIds } },
    select: { id: true, state: true, orchestratorId: true },
  });
  const hosts = await unit.tx.orchestrator.findMany({
    where: { id: { in: agents.flatMap(({ orchestratorId }) => orchestratorId ?? []) } },
    select: { id: true, state: true },
  });
  const hostStates = new Map(hosts.map(({ id, state }) => [id, state]));
  return new Map(
    agents.map(({ id, state, orchestratorId }) => [
      id,
      whyLate({ state: state as AgentState }, orchestratorId ? hostStates.get(orchestratorId) : undefined),
    ]),
  );
}

/** The loop that says of what was not injected in time that it was not delivered, and why (MSG-56). */
export async function failLateMessages(services: Services): Promise<number> {
  const now = services.clock.now();
  const due = { state: "waiting", rung: { in: ["accepted", "sent"] }, deadlineAt: { lt: now } };
  const found = await services.db.client.delivery.findMany({
    where: due,
    orderBy: { messageId: "asc" },
    take: mostAtOnce,
    select: { messageId: true },
  });
  if (found.length === 0) return 0;
  return transact(services, async (unit) => {
    const messageIds = [...new Set(found.map(({ messageId }) => messageId))];
    const rows = await unit.tx.delivery.findMany({ where: { ...due, messageId: { in: messageIds } } });
    const why = await reasons(unit, [...new Set(rows.map(({ agentId }) => agentId))]);
    const failed: number[] = [];
    for (const { messageId, agentId } of rows) {
      // Evidence comes beside this transaction: what has arrived meanwhile stays delivered.
      const { count } = await unit.tx.delivery.updateMany({
        where: { ...due, messageId, agentId },
        data: { state: "undeliverable", reason: why.get(agentId) ?? "agent_ended" },
      });
      if (count === 0) continue;
      failed.push(messageId);
      unit.ring(`mail:${agentId}`);
      unit.publish({ type: "message", id: String(messageId) });
    }
    await bounce(services, unit, failed);
    return failed.length;
  });
}

/** Removes messages whose last rung is older than the setting; what waits or is held stays (MSG-68). */
export async function forgetMessages(services: Services): Promise<number> {
  const { db, clock, settings } = services;
  const before = new Date(clock.now().getTime() - settings["messages.retentionDays"] * dayMs);
  const old = {
    createdAt: { lt: before },
    deliveries: {
      none: {
        OR: [
          { state: { in: ["waiting", "held"] } },
          ...["sentAt", "injectedAt", "seenAt", "answeredAt"].map((rung) => ({ [rung]: { gte: before } })),
        ],
      },
    },
  };
  const found = await db.client.message.findMany({ where: old, select: { id: true }, take: mostAtOnce });
  if (found.length === 0) return 0;
  return transact(services, async ({ tx }) => {
    const ids = found.map(({ id }) => id);
    const { count } = await tx.message.deleteMany({ where: { ...old, id: { in: ids } } });
    // One that was sent again meanwhile has stayed, with what came with it.
    const stayed = await tx.message.findMany({ where: { id: { in: ids } }, select: { id: true } });
    const gone = ids.filter((id) => !stayed.some((one) => one.id === id));
    await tx.artifactLink.deleteMany({ where: { subject: "message", subjectId: { in: gone.map(String) } } });
    return count;
  });
}
