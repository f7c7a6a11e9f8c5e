import type { Services } from "../context.ts";
import type { AgentState } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { transact, type Unit } from "../unit.ts";
import { toMail } from "./deliver.ts";
import { heldPairs, pairOf, releaseHeldOf } from "./loop-guard.ts";
import type { DeliveryRow, FullRow } from "./mapper.ts";
import { raise } from "./raise.ts";
import type { Addressed } from "./references.ts";
import { firstState } from "./rules.ts";

/** A message that has passed every check that needs no transaction. */
export interface Draft {
  sender: { kind: "agent" | "person" | "integration" | "relay"; agentId: string | null; name: string; key: string };
  recipients: Addressed[];
  /** What comes with it; linked in the same transaction (MSG-34). */
  artifactIds: string[];
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

/** Its id, and whether it is new; what is new comes with its first receipt. */
export interface Posting {
  id: number;
  created: boolean;
  row?: Pick<FullRow, "replyExpected" | "replyTo" | "deliveries">;
}

/** What became of a draft; or why it was not stored. */
type Stored = Posting | { refused: AppError };

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

/** A draft that is to be stored, and whose result it is. */
interface Taken {
  draft: Draft;
  at: number;
}

/** Which of the drafts' artifacts are there still: one that has gone meanwhile must not fail all that share the transaction. */
async function artifactsOf({ tx }: Unit, drafts: Draft[]): Promise<Set<string>> {
  const ids = [...new Set(drafts.flatMap(({ artifactIds }) => artifactIds))];
  const rows = ids.length ? await tx.artifact.findMany({ where: { id: { in: ids } }, select: { id: true } }) : [];
  return new Set(rows.map(({ id }) => id));
}

const endedFor = ({ state }: Addressed): boolean => firstState(state as AgentState).state === "undeliverable";

/** Ids of the new messages, in the order of the drafts. */
async function insert({ tx, now }: Unit, taken: Taken[]): Promise<number[]> {
  const rows = await tx.message.createManyAndReturn({
    data: taken.map(({ draft: { sender, recipients, artifactIds: _, ...content } }) => ({
      ...content,
      senderKind: sender.kind,
      senderAgentId: sender.agentId,
      senderName: sender.name,
      senderKey: sender.key,
      createdAt: now,
      // Whoever is told by the answer that all have ended is not told again.
      bouncedAt: recipients.length > 0 && recipients.every(endedFor) ? now : null,
    })),
    select: { id: true },
  });
  return rows.map(({ id }) => id).toSorted((a, b) => a - b);
}

/** What is stored of one message to one recipient at first. */
function firstDelivery({ draft }: Taken, agent: Addressed, isHeld: boolean, messageId: number, now: Date): DeliveryRow {
  const first = firstState(agent.state as AgentState);
  const held = isHeld && first.state === "waiting";
  // What has failed at once failed now (MSG-43).
  const withinMs = first.state === "undeliverable" ? 0 : draft.deliverWithin * 1000;
  return {
    messageId,
    agentId: agent.id,
    senderAgentId: draft.sender.agentId,
    rung: "accepted",
    ...(held ? { state: "held", reason: "loop_guard" } : first),
    acceptedAt: now,
    sentAt: null,
    injectedAt: null,
    seenAt: null,
    answeredAt: null,
    deadlineAt: held ? null : new Date(now.getTime() + withinMs),
    releasedAt: null,
  };
}

const usedForAnother = (key: string | null) =>
  new AppError("Conflict", `${key} was used for another message`, {
    field: "idempotencyKey",
    next: "Give a new idempotencyKey for a new message.",
  });

/** What becomes of each draft of one transaction: `new`, a repeat of one before it (`of`), or what it is answered at once. */
async function judge(services: Services, unit: Unit, drafts: Draft[]) {
  const stored = await underKeys(unit, drafts);
  const room = await roomOf(services, unit, drafts);
  const artifacts = await artifactsOf(unit, drafts);
  const seen = new Map<string, number>();
  const verdicts: ("new" | { of: number } | Stored)[] = [];
  for (const [at, draft] of drafts.entries()) {
    const key = draft.idempotencyKey === null ? null : named(draft);
    const before = key === null ? undefined : stored.get(key);
    const twin = key === null ? undefined : seen.get(key);
    const digest = before ? before.digest : twin !== undefined && drafts[twin]?.digest;
    const gone = draft.artifactIds.find((id) => !artifacts.has(id));
    const from = draft.sender.agentId;
    if ((before || twin !== undefined) && digest !== draft.digest) {
      verdicts[at] = { refused: usedForAnother(draft.idempotencyKey) };
    } else if (before) verdicts[at] = { id: before.id, created: false };
    else if (twin !== undefined) verdicts[at] = { of: twin };
    else if (gone !== undefined) {
      verdicts[at] = { refused: new AppError("NotFound", `There is no artifact ${gone}`, { field: "attachments" }) };
    } else if (from && !room.take(from)) verdicts[at] = { refused: await room.refusal(from) };
    else {
      verdicts[at] = "new";
      if (key !== null) seen.set(key, at);
    }
  }
  return verdicts;
}

/**
 * Stores many messages in one transaction: answered when they are on disk (MSG-38). What one of them may not be is told
 * of that one alone.
 */
export async function storeAll(services: Services, drafts: Draft[]): Promise<Stored[]> {
  const results = await transact(services, async (unit) => {
    const verdicts = await judge(services, unit, drafts);
    const taken = drafts.flatMap((draft, at) => (verdicts[at] === "new" ? [{ draft, at }] : []));
    const written = taken.length > 0 ? await write(services, unit, taken) : new Map<number, Posting>();
    return verdicts.map((verdict, at): Stored => {
      if (verdict === "new") return written.get(at) as Posting;
      return "of" in verdict ? { id: (written.get(verdict.of) as Posting).id, created: false } : verdict;
    });
  });
  handOver(services, drafts, results);
  return results;
}

/** Writes what is new, and what it does to other messages; by the place of each draft. */
async function write(services: Services, unit: Unit, taken: Taken[]): Promise<Map<number, Posting>> {
  const { tx, now } = unit;
  const written = new Map<number, Posting>();
  const held = await heldPairs(services, unit, taken);
  const ids = await insert(unit, taken);
  const all: DeliveryRow[] = [];
  for (const [n, one] of taken.entries()) {
    const { draft, at } = one;
    const id = ids[n] as number;
    const from = draft.sender.agentId;
    const deliveries = draft.recipients.map((agent) =>
      firstDelivery(one, agent, from !== null && held.has(pairOf(from, agent.id)), id, now),
    );
    all.push(...deliveries);
    written.set(at, { id, created: true, row: { ...draft, deliveries } });
    unit.publish({ type: "message", id: String(id) });
  }
  if (all.length) await tx.delivery.createMany({ data: all });
  const links = taken.flatMap(({ draft }, n) =>
    draft.artifactIds.map((artifactId) => ({
      artifactId,
      subject: "message",
      subjectId: String(ids[n]),
      linkedBy: draft.sender.name,
      createdAt: now,
    })),
  );
  if (links.length) await tx.artifactLink.createMany({ data: links });
  const answered = taken.flatMap(({ draft: { sender, replyTo } }) =>
    replyTo !== null && sender.agentId
      ? [{ agentId: sender.agentId, rung: "answered" as const, messageIds: [replyTo] }]
      : [],
  );
  if (answered.length) await raise(unit, answered);
  const byPeople = taken.filter(({ draft }) => draft.sender.kind === "person");
  await releaseHeldOf(
    unit,
    byPeople.flatMap(({ draft }) => draft.recipients.map(({ id }) => id)),
  );
  return written;
}

/** Gives what is on disk now to the streams that are open. */
function handOver({ mail }: Services, drafts: Draft[], results: Stored[]): void {
  for (const [n, stored] of results.entries()) {
    if (!("row" in stored) || !stored.row) continue;
    const { sender, ...content } = drafts[n] as Draft;
    const posted = { ...content, senderKind: sender.kind, senderAgentId: sender.agentId, senderName: sender.name };
    const waiting = stored.row.deliveries.filter(({ state }) => state === "waiting");
    const given = waiting.length ? toMail({ ...posted, id: stored.id }) : null;
    if (given) for (const { agentId } of waiting) mail.hand(agentId, given);
  }
}

/** One message through a batch: throws what it was refused for. */
export const poster = (post: (draft: Draft) => Promise<Stored>) => async (draft: Draft) => {
  const stored = await post(draft);
  if ("refused" in stored) throw stored.refused;
  return stored;
};
