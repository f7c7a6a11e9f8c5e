import { Prisma } from "@signalbox/db";
import type { Services } from "../context.ts";
import type { SqlUnit } from "../unit.ts";
import { notify } from "./notice.ts";

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
    const called = subject ? ` (${subject})` : "";
    await notify(services, unit, {
      to: senderAgentId,
      subject: `Message ${id} was not delivered`,
      body: `Your message ${id}${called} was not delivered to:\n${await failures(unit, id)}`,
      about: { replyTo: id, threadId: threadId ?? id },
    });
  }
}
