import type { Services } from "../context.ts";
import type { Unit } from "../unit.ts";
import type { Draft } from "./draft.ts";
import { exchanges, type Passed } from "./rules.ts";

/** Two agents, whoever of them writes. */
export const pairOf = (a: string, b: string): string => JSON.stringify([a, b].toSorted());

/** The pairs of these drafts that have exchanged so much without a person that a person must let them go on (MSG-60). */
export async function heldPairs(
  { settings }: Services,
  unit: Unit,
  taken: { draft: Draft }[],
): Promise<ReadonlySet<string>> {
  const limit = settings["messages.loopExchanges"];
  const held = new Set<string>();
  if (limit === 0) return held;
  const pairs = new Map<string, [string, string]>();
  for (const { draft } of taken) {
    const from = draft.sender.agentId;
    if (from) for (const { id } of draft.recipients) pairs.set(pairOf(from, id), [from, id]);
  }
  if (pairs.size === 0) return held;
  const since = new Date(unit.now.getTime() - settings["messages.loopMinutes"] * 60_000);
  const agents = [...new Set([...pairs.values()].flat())];
  const rows = await unit.tx.delivery.findMany({
    where: {
      agentId: { in: agents },
      acceptedAt: { gt: since },
      OR: [{ senderAgentId: { in: agents } }, { message: { senderKind: "person" } }],
    },
    select: { messageId: true, agentId: true, senderAgentId: true, acceptedAt: true, releasedAt: true },
    orderBy: { messageId: "asc" },
  });
  for (const [pair, [a, b]] of pairs) {
    const passed: { at: number; id: number; what: Passed }[] = [];
    for (const { messageId: id, agentId, senderAgentId, acceptedAt, releasedAt } of rows) {
      const between =
        (agentId === a && senderAgentId === b) || (agentId === b && senderAgentId === a) ? senderAgentId : null;
      const fromPerson = senderAgentId === null && (agentId === a || agentId === b);
      if (between) passed.push({ at: acceptedAt.getTime(), id, what: { by: between } });
      if (fromPerson) passed.push({ at: acceptedAt.getTime(), id, what: "person" });
      if (between && releasedAt) passed.push({ at: releasedAt.getTime(), id, what: "person" });
    }
    const inOrder = passed.toSorted((x, y) => x.at - y.at || x.id - y.id).map(({ what }) => what);
    if (exchanges(inOrder) >= limit) held.add(pair);
  }
  return held;
}

/** Lets held deliveries go on, in order; their deadline runs from now (MSG-61). */
export async function release(unit: Unit, where: object): Promise<{ messageId: number; agentId: string }[]> {
  const rows = await unit.tx.delivery.findMany({
    where: { ...where, state: "held" },
    select: { messageId: true, agentId: true, message: { select: { deliverWithin: true } } },
    orderBy: { messageId: "asc" },
  });
  for (const { messageId, agentId, message } of rows) {
    await unit.tx.delivery.update({
      where: { messageId_agentId: { messageId, agentId } },
      data: {
        state: "waiting",
        reason: null,
        releasedAt: unit.now,
        deadlineAt: new Date(unit.now.getTime() + message.deliverWithin * 1000),
      },
    });
    unit.ring(`mail:${agentId}`);
    unit.publish({ type: "message", id: String(messageId) });
  }
  return rows;
}

/** A person has written to these agents: what was held to or from them goes on. */
export async function releaseHeldOf(unit: Unit, agentIds: string[]): Promise<void> {
  if (agentIds.length === 0) return;
  await release(unit, { OR: [{ agentId: { in: agentIds } }, { senderAgentId: { in: agentIds } }] });
}
