import { Prisma } from "@signalbox/db";
import type { Services } from "../context.ts";
import type { SqlUnit } from "../unit.ts";
import { insertDeliveries, insertMessages } from "./rows.ts";

interface Failed {
  id: number;
  senderAgentId: string | null;
  subject: string | null;
  threadId: number | null;
}

/** Who of a message's recipients did not get it, and why. */
async function failures({ sql }: SqlUnit, messageId: number): Promise<string> {
  const rows = await sql.rows<{ agentId: string; reason: string | null }>(Prisma.sql`
    SELECT "agentId", "reason" FROM "Delivery"
    WHERE "messageId" = ${messageId} AND "state" = 'undeliverable' ORDER BY "agentId"`);
  return rows.map(({ agentId, reason }) => `${agentId}: ${reason ?? "not reached"}`).join("\n");
}

/** The sending agent is told once, by the relay, who did not get it and why; nobody is told of a notice (MSG-57). */
export async function bounce(services: Services, unit: SqlUnit, messageIds: number[]): Promise<void> {
  if (messageIds.length === 0) return;
  const { now, sql } = unit;
  const rows = await sql.rows<Failed>(Prisma.sql`
    UPDATE "Message" SET "bouncedAt" = ${now}
    WHERE "id" IN (${Prisma.join([...new Set(messageIds)])}) AND "bouncedAt" IS NULL AND "senderKind" <> 'relay'
    RETURNING "id", "senderAgentId", "subject", "threadId"`);
  for (const { id, senderAgentId, subject, threadId } of rows.toSorted((a, b) => a.id - b.id)) {
    if (!senderAgentId) continue;
    const about = subject ? ` (${subject})` : "";
    const deliverWithin = services.settings["messages.injectWithinSeconds"];
    const [notice] = await insertMessages(unit, [
      {
        threadId: threadId ?? id,
        replyTo: id,
        senderKind: "relay",
        senderAgentId: null,
        senderName: "relay",
        senderKey: "relay",
        target: senderAgentId,
        subject: `Message ${id} was not delivered`,
        body: `Your message ${id}${about} was not delivered to:\n${await failures(unit, id)}`,
        channel: null,
        payload: null,
        attachments: "[]",
        priority: "normal",
        delivery: "wait",
        replyExpected: false,
        idempotencyKey: null,
        digest: null,
        deliverWithin,
        createdAt: now,
        bouncedAt: null,
      },
    ]);
    if (notice === undefined) continue;
    await insertDeliveries(unit, [
      {
        messageId: notice,
        agentId: senderAgentId,
        senderAgentId: null,
        state: "waiting",
        rung: "accepted",
        reason: null,
        acceptedAt: now,
        deadlineAt: new Date(now.getTime() + deliverWithin * 1000),
      },
    ]);
    unit.ring(`mail:${senderAgentId}`);
    unit.publish({ type: "message", id: String(notice) });
  }
}
