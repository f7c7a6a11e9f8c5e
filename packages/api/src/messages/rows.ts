import { insertInto } from "@signalbox/db";
import type { SqlUnit } from "../unit.ts";
import type { DeliveryRow, MessageRow } from "./mapper.ts";

/** Stores messages; their ids in the order of the rows. */
export async function insertMessages({ sql }: Pick<SqlUnit, "sql">, rows: Omit<MessageRow, "id">[]): Promise<number[]> {
  const ids: number[] = [];
  for (const one of insertInto("Message", rows, "id")) {
    const made = await sql.rows<{ id: number }>(one);
    ids.push(...made.map(({ id }) => id).toSorted((a, b) => a - b));
  }
  return ids;
}

/** A delivery on its first rung. */
export type NewDelivery = Pick<
  DeliveryRow,
  "messageId" | "agentId" | "senderAgentId" | "state" | "rung" | "reason" | "acceptedAt" | "deadlineAt"
>;

/** Stores first deliveries. */
export async function insertDeliveries({ sql }: Pick<SqlUnit, "sql">, rows: NewDelivery[]): Promise<void> {
  const first = rows.map(
    ({ messageId, agentId, senderAgentId, state, rung, reason, acceptedAt, deadlineAt }): NewDelivery => ({
      messageId,
      agentId,
      senderAgentId,
      state,
      rung,
      reason,
      acceptedAt,
      deadlineAt,
    }),
  );
  for (const one of insertInto("Delivery", first)) await sql.run(one);
}
