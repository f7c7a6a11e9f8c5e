import type { Services } from "../context.ts";
import type { AgentState } from "../contracts/index.ts";
import { transact, type Unit } from "../unit.ts";
import { whyLate } from "./rules.ts";

const mostAtOnce = 200;
const dayMs = 24 * 3_600_000;

/** Why each of these agents has not got its messages. */
async function reasons(unit: Unit, agentIds: string[]): Promise<Map<string, string>> {
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

/** The sending agent is told once, by the relay, who did not get it and why; nobody is told of a notice (MSG-57). */
async function bounce(services: Services, unit: Unit, messageIds: number[]): Promise<void> {
  const rows = await unit.tx.message.findMany({
    where: { id: { in: messageIds }, bouncedAt: null, senderKind: { not: "relay" } },
    include: { deliveries: { where: { state: "undeliverable" } } },
  });
  for (const { id, senderAgentId, subject, deliveries, threadId } of rows) {
    await unit.tx.message.update({ where: { id }, data: { bouncedAt: unit.now } });
    if (!senderAgentId) continue;
    const list = deliveries.map(({ agentId, reason }) => `${agentId}: ${reason ?? "not reached"}`).join("\n");
    const about = subject ? ` (${subject})` : "";
    const notice = await unit.tx.message.create({
      data: {
        threadId: threadId ?? id,
        replyTo: id,
        senderKind: "relay",
        senderName: "relay",
        senderKey: "relay",
        target: senderAgentId,
        subject: `Message ${id} was not delivered`,
        body: `Your message ${id}${about} was not delivered to:\n${list}`,
        priority: "normal",
        delivery: "wait",
        replyExpected: false,
        deliverWithin: services.settings["messages.injectWithinSeconds"],
        createdAt: unit.now,
      },
    });
    await unit.tx.delivery.create({
      data: {
        messageId: notice.id,
        agentId: senderAgentId,
        state: "waiting",
        rung: "accepted",
        acceptedAt: unit.now,
        deadlineAt: new Date(unit.now.getTime() + notice.deliverWithin * 1000),
      },
    });
    unit.ring(`mail:${senderAgentId}`);
    unit.publish({ type: "message", id: String(notice.id) });
  }
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
  await transact(services, async (unit) => {
    const messageIds = [...new Set(found.map(({ messageId }) => messageId))];
    const rows = await unit.tx.delivery.findMany({ where: { ...due, messageId: { in: messageIds } } });
    const why = await reasons(unit, [...new Set(rows.map(({ agentId }) => agentId))]);
    for (const { messageId, agentId } of rows) {
      await unit.tx.delivery.update({
        where: { messageId_agentId: { messageId, agentId } },
        data: { state: "undeliverable", reason: why.get(agentId) ?? "agent_ended" },
      });
      unit.ring(`mail:${agentId}`);
    }
    for (const id of messageIds) unit.publish({ type: "message", id: String(id) });
    await bounce(services, unit, messageIds);
  });
  return found.length;
}

/** Removes messages whose last rung is older than the setting; what waits or is held stays (MSG-68). */
export async function forgetMessages({ db, clock, settings }: Services): Promise<number> {
  const before = new Date(clock.now().getTime() - settings["messages.retentionDays"] * dayMs);
  const old = await db.client.message.findMany({
    where: {
      createdAt: { lt: before },
      deliveries: {
        none: {
          OR: [
            { state: { in: ["waiting", "held"] } },
            ...["sentAt", "injectedAt", "seenAt", "answeredAt"].map((rung) => ({ [rung]: { gte: before } })),
          ],
        },
      },
    },
    select: { id: true },
    take: mostAtOnce,
  });
  if (old.length === 0) return 0;
  const ids = old.map(({ id }) => id);
  await db.client.artifactLink.deleteMany({ where: { subject: "message", subjectId: { in: ids.map(String) } } });
  const { count } = await db.client.message.deleteMany({ where: { id: { in: ids } } });
  return count;
}
