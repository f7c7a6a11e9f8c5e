import type { Rung } from "../contracts/index.ts";
import type { Unit } from "../unit.ts";
import { below, isArrived } from "./rules.ts";

/** What is known to have happened to messages at one recipient. */
export interface Evidence {
  agentId: string;
  rung: Exclude<Rung, "accepted">;
  messageIds: number[];
}

const column = { sent: "sentAt", injected: "injectedAt", seen: "seenAt", answered: "answeredAt" } as const;

/** Raises deliveries to the rung that was seen; what is there already or above is left as it is (MSG-40). */
export async function raise(unit: Unit, all: Evidence[]): Promise<void> {
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
    const ids = [...new Set(rows.map(({ messageId }) => messageId))];
    await unit.tx.message.updateMany({ where: { id: { in: ids } }, data: { lastRungAt: unit.now } });
    for (const id of ids) unit.publish({ type: "message", id: String(id) });
    // What was read elsewhere must not be injected any more (MSG-53).
    if (isArrived(rung)) for (const { agentId } of rows) unit.ring(`mail:${agentId}`);
  }
}
