import { Prisma } from "@signalbox/db";
import type { Rung } from "../contracts/index.ts";
import type { SqlUnit } from "../unit.ts";
import { below, isArrived } from "./rules.ts";

/** What is known to have happened to messages at one recipient. */
export interface Evidence {
  agentId: string;
  rung: Exclude<Rung, "accepted">;
  messageIds: number[];
}

const column = { sent: "sentAt", injected: "injectedAt", seen: "seenAt", answered: "answeredAt" } as const;

/** One message at one recipient. */
export const keyOf = (messageId: number, agentId: string): string => `${messageId} ${agentId}`;

/** Deliveries of these messages to these agents; what is held has not come to its recipient, whatever it says (MSG-60). */
export function deliveriesOf(all: Pick<Evidence, "agentId" | "messageIds">[]): Prisma.Sql {
  const each = all.map(
    ({ agentId, messageIds }) => Prisma.sql`("agentId" = ${agentId} AND "messageId" IN (${Prisma.join(messageIds)}))`,
  );
  return Prisma.sql`(${Prisma.join(each, " OR ")}) AND "state" <> 'held'`;
}

/**
 * Raises deliveries to the rung that was seen; what is there already or above is left as it is (MSG-40). Answers the keys
 * of those that it raised. Each statement stands alone, so it needs no transaction.
 */
export async function raise(unit: SqlUnit, all: Evidence[]): Promise<Set<string>> {
  const raised = new Set<string>();
  for (const rung of ["sent", "injected", "seen", "answered"] as const) {
    const of = all.filter((one) => one.rung === rung);
    if (of.length === 0) continue;
    const arrives = isArrived(rung) ? Prisma.sql`, "state" = 'delivered', "reason" = NULL` : Prisma.empty;
    const rows = await unit.sql.rows<{ messageId: number; agentId: string }>(Prisma.sql`
      UPDATE "Delivery" SET "rung" = ${rung}, ${Prisma.raw(`"${column[rung]}"`)} = ${unit.now}${arrives}
      WHERE ${deliveriesOf(of)} AND "rung" IN (${Prisma.join(below(rung))})
      RETURNING "messageId", "agentId"`);
    for (const { messageId, agentId } of rows) raised.add(keyOf(messageId, agentId));
    for (const id of new Set(rows.map(({ messageId }) => messageId))) unit.publish({ type: "message", id: String(id) });
    // What was read elsewhere must not be injected any more (MSG-53).
    if (isArrived(rung)) for (const { agentId } of rows) unit.ring(`mail:${agentId}`);
  }
  return raised;
}
