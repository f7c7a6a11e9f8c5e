import type { Services } from "../context.ts";
import type { AgentState } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { transact, type Unit } from "../unit.ts";
import { heldPairs, pairOf, releaseHeldOf } from "./loop-guard.ts";
import { raise } from "./raise.ts";
import { firstState } from "./rules.ts";

/** A message that has passed every check that needs no transaction. */
export interface Draft {
  sender: { kind: "agent" | "person" | "integration" | "relay"; agentId: string | null; name: string; key: string };
  recipients: string[];
  target: string;
  /** Thread that it goes on; null: its own. */
  threadId: number | null;
  replyTo: number | null;
  subject: string | null;
  body: string;
  channel: string | null;
  payload: string | null;
  attachments: string;
  priority: string;
  delivery: string;
  replyExpected: boolean;
  idempotencyKey: string | null;
  digest: string | null;
  /** Seconds. */
  deliverWithin: number;
}

/** Its id, and whether it is new; or why it was not stored. */
export type Stored = { id: number; created: boolean } | { refused: AppError };

const keyLivesMs = 24 * 3_600_000;
const minuteMs = 60_000;

const named = ({ sender, idempotencyKey }: Draft): string => JSON.stringify([sender.key, idempotencyKey]);

/** What was stored under the drafts' keys within a day; older keys are given up, so they can be used anew (MSG-36). */
async function underKeys(unit: Unit, drafts: Draft[]): Promise<Map<string, { id: number; digest: string | null }>> {
  const keyed = drafts.filter(({ idempotencyKey }) => idempotencyKey !== null);
  if (keyed.length === 0) return new Map();
  const pairs = keyed.map(({ sender, idempotencyKey }) => ({ senderKey: sender.key, idempotencyKey }));
  await unit.tx.message.updateMany({
    where: { OR: pairs, createdAt: { lte: new Date(unit.now.getTime() - keyLivesMs) } },
    data: { idempotencyKey: null },
  });
  const rows = await unit.tx.message.findMany({
    where: { OR: pairs },
    select: { id: true, senderKey: true, idempotencyKey: true, digest: true },
  });
  return new Map(rows.map((row) => [JSON.stringify([row.senderKey, row.idempotencyKey]), row]));
}

/** How much each sending agent may still send in this minute (MSG-37). */
async function roomOf({ settings }: Services, unit: Unit, drafts: Draft[]) {
  const agents = [...new Set(drafts.flatMap(({ sender }) => sender.agentId ?? []))];
  const limit = settings["messages.ratePerMinute"];
  const since = new Date(unit.now.getTime() - minuteMs);
  const counted = agents.length
    ? await unit.tx.message.groupBy({
        by: ["senderAgentId"],
        where: { senderAgentId: { in: agents }, createdAt: { gt: since } },
        _count: true,
      })
    : [];
  const sent = new Map(counted.map(({ senderAgentId, _count }) => [senderAgentId, _count]));
  return {
    take(agentId: string): boolean {
      const before = sent.get(agentId) ?? 0;
      if (before >= limit) return false;
      sent.set(agentId, before + 1);
      return true;
    },
    async refusal(agentId: string): Promise<AppError> {
      const [first] = await unit.tx.message.findMany({
        where: { senderAgentId: agentId, createdAt: { gt: since } },
        orderBy: { id: "desc" },
        skip: limit - 1,
        take: 1,
        select: { createdAt: true },
      });
      const waitMs = (first?.createdAt.getTime() ?? unit.now.getTime()) + minuteMs - unit.now.getTime();
      const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
      return new AppError("QuotaReached", `An agent may send ${limit} messages a minute`, {
        limit,
        retryAfterSeconds,
        next: `Wait ${retryAfterSeconds} s, then send again.`,
      });
    },
  };
}

async function statesAndNames(unit: Unit, drafts: Draft[]) {
  const ids = [...new Set(drafts.flatMap(({ sender, recipients }) => [sender.agentId ?? [], recipients].flat()))];
  const agents = ids.length
    ? await unit.tx.agent.findMany({ where: { id: { in: ids } }, select: { id: true, state: true, label: true } })
    : [];
  return new Map(agents.map((agent) => [agent.id, agent]));
}

/** A draft that is to be stored, and whose result it is. */
interface Taken {
  draft: Draft;
  at: number;
}

async function insert(unit: Unit, taken: Taken[], agents: Awaited<ReturnType<typeof statesAndNames>>) {
  const { now, tx } = unit;
  const rows = await tx.message.createManyAndReturn({
    data: taken.map(({ draft: { sender, recipients, ...content } }) => ({
      ...content,
      senderKind: sender.kind,
      senderAgentId: sender.agentId,
      senderName: (sender.agentId && agents.get(sender.agentId)?.label) || sender.name,
      senderKey: sender.key,
      createdAt: now,
      lastRungAt: now,
      // Whoever is told by the answer that all have ended is not told again.
      bouncedAt:
        recipients.length > 0 && recipients.every((id) => firstState(stateIn(agents, id)).state === "undeliverable")
          ? now
          : null,
    })),
    select: { id: true },
  });
  // In the order of the values, whatever the order of the answer.
  return rows.map(({ id }) => id).toSorted((a, b) => a - b);
}

const stateIn = (agents: Map<string, { state: string }>, id: string): AgentState =>
  (agents.get(id)?.state ?? "exited") as AgentState;

/**
 * Stores many messages in one transaction: answered when they are on disk (MSG-38). What one of them may not be is told
 * of that one alone.
 */
export async function storeAll(services: Services, drafts: Draft[]): Promise<Stored[]> {
  return transact(services, async (unit) => {
    const results: Stored[] = [];
    const known = await underKeys(unit, drafts);
    const room = await roomOf(services, unit, drafts);
    const taken: Taken[] = [];
    const repeats: { at: number; of: number }[] = [];
    const fresh = new Map<string, number>();
    for (const [at, draft] of drafts.entries()) {
      const key = draft.idempotencyKey === null ? null : named(draft);
      const twin = key === null ? undefined : fresh.get(key);
      const earlier = (key !== null && known.get(key)) || (twin !== undefined && drafts[twin]) || null;
      if (earlier && earlier.digest !== draft.digest) {
        const refused = new AppError("Conflict", `${draft.idempotencyKey} was used for another message`, {
          field: "idempotencyKey",
          next: "Give a new idempotencyKey for a new message.",
        });
        results[at] = { refused };
      } else if (twin !== undefined) repeats.push({ at, of: twin });
      else if (earlier && "id" in earlier) results[at] = { id: earlier.id, created: false };
      else if (draft.sender.agentId && !room.take(draft.sender.agentId)) {
        results[at] = { refused: await room.refusal(draft.sender.agentId) };
      } else {
        taken.push({ draft, at });
        if (key !== null) fresh.set(key, at);
      }
    }
    if (taken.length > 0) await write(services, unit, taken, results);
    for (const { at, of } of repeats) {
      const first = results[of] as Stored;
      results[at] = "id" in first ? { id: first.id, created: false } : first;
    }
    return results;
  });
}

async function write(services: Services, unit: Unit, taken: Taken[], results: Stored[]): Promise<void> {
  const { tx, now } = unit;
  const agents = await statesAndNames(
    unit,
    taken.map(({ draft }) => draft),
  );
  const held = await heldPairs(services, unit, taken);
  const ids = await insert(unit, taken, agents);
  const deliveries = taken.flatMap(({ draft }, n) =>
    draft.recipients.map((agentId) => {
      const first = firstState(stateIn(agents, agentId));
      const isHeld =
        first.state === "waiting" && draft.sender.agentId && held.has(pairOf(draft.sender.agentId, agentId));
      // What has failed at once failed now (MSG-43).
      const withinMs = first.state === "undeliverable" ? 0 : draft.deliverWithin * 1000;
      return {
        messageId: ids[n] as number,
        agentId,
        senderAgentId: draft.sender.agentId,
        rung: "accepted",
        acceptedAt: now,
        ...(isHeld ? { state: "held", reason: "loop_guard" } : first),
        deadlineAt: isHeld ? null : new Date(now.getTime() + withinMs),
      };
    }),
  );
  if (deliveries.length) await tx.delivery.createMany({ data: deliveries });
  for (const [n, { draft, at }] of taken.entries()) {
    const id = ids[n] as number;
    results[at] = { id, created: true };
    unit.publish({ type: "message", id: String(id) });
    const { sender, replyTo } = draft;
    if (replyTo !== null && sender.agentId) {
      await raise(unit, [{ agentId: sender.agentId, rung: "answered", messageIds: [replyTo] }]);
    }
    if (sender.kind === "person") await releaseHeldOf(unit, draft.recipients);
  }
  for (const { agentId, state } of deliveries) if (state === "waiting") unit.ring(`mail:${agentId}`);
}

/** One message through a batch: throws what it was refused for. */
export const poster = (post: (draft: Draft) => Promise<Stored>) => async (draft: Draft) => {
  const stored = await post(draft);
  if ("refused" in stored) throw stored.refused;
  return stored;
};
