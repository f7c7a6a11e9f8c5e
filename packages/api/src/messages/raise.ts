import type { Rung } from "../contracts/index.ts";
import type { Unit } from "../unit.ts";

/** Where evidence is written: a transaction, or the client itself, since each statement here stands alone. */
type Place = Pick<Unit, "now" | "publish" | "ring"> & { tx: Pick<Unit["tx"], "delivery"> };

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

/**
 * Raises deliveries to the rung that was seen; what is there already or above is left as it is (MSG-40). Answers the keys
 * of those that it raised.
 */
export async function raise(unit: Place, all: Evidence[]): Promise<Set<string>> {
  const raised = new Set<string>();
  for (const rung of ["sent", "injected", "seen", "answered"] as const) {
    const of = all.filter((one) => one.rung === rung);
    if (of.length === 0) continue;
    const rows = await unit.tx.delivery.updateManyAndReturn({
      where: {
        OR: of.map(({ agentId, messageIds }) => ({ agentId, messageId: { in: messageIds } })),
        rung: { in: below(rung) },
      },
      data: {
        rung,
        [column[rung]]: unit.now,
        ...(isArrived(rung) ? { state: "delivered", reason: null } : {}),
      },
      select: { messageId: true, agentId: true },
    });
    if (rows.length === 0) continue;
    for (const { messageId, agentId } of rows) raised.add(keyOf(messageId, agentId));
    for (const id of new Set(rows.map(({ messageId }) => messageId))) unit.publish({ type: "message", id: String(id) });
    // What was read elsewhere must not be injected any more (MSG-53).
    if (isArrived(rung)) for (const { agentId } of rows) unit.ring(`mail:${agentId}`);
  }
  return raised;
}
