import { insertInto } from "@signalbox/db";
import type { Services } from "../context.ts";
import type { AgentState } from "../contracts/index.ts";
import { type SqlUnit, transactSql } from "../unit.ts";
import { toMail } from "./deliver.ts";
import type { Draft, Posting, Stored } from "./draft.ts";
import { judge } from "./judge.ts";
import { heldPairs, pairOf, releaseHeldOf } from "./loop-guard.ts";
import type { DeliveryRow } from "./mapper.ts";
import { raise } from "./raise.ts";
import type { Addressed } from "./references.ts";
import { insertDeliveries, insertMessages } from "./rows.ts";
import { firstState } from "./rules.ts";

/** A draft that is to be stored, and whose result it is. */
interface Taken {
  draft: Draft;
  at: number;
}

const endedFor = ({ state }: Addressed): boolean => firstState(state as AgentState).state === "undeliverable";

/** What is stored of a message. */
function messageRow({ draft: { sender, recipients, artifactIds: _, ...content } }: Taken, now: Date) {
  return {
    ...content,
    senderKind: sender.kind,
    senderAgentId: sender.agentId,
    senderName: sender.name,
    senderKey: sender.key,
    createdAt: now,
    // Whoever is told by the answer that all have ended is not told again.
    bouncedAt: recipients.length > 0 && recipients.every(endedFor) ? now : null,
  };
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

/**
 * Stores many messages in one transaction: answered when they are on disk (MSG-38). What one of them may not be is told
 * of that one alone.
 */
export async function storeAll(services: Services, drafts: Draft[]): Promise<Stored[]> {
  const results = await transactSql(services, async (unit) => {
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
async function write(services: Services, unit: SqlUnit, taken: Taken[]): Promise<Map<number, Posting>> {
  const { sql, now } = unit;
  const written = new Map<number, Posting>();
  const held = await heldPairs(services, unit, taken);
  const ids = await insertMessages(
    unit,
    taken.map((one) => messageRow(one, now)),
  );
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
  await insertDeliveries(unit, all);
  const links = taken.flatMap(({ draft }, n) =>
    draft.artifactIds.map((artifactId) => ({
      artifactId,
      subject: "message",
      subjectId: String(ids[n]),
      linkedBy: draft.sender.name,
      createdAt: now,
    })),
  );
  for (const one of insertInto("ArtifactLink", links)) await sql.run(one);
  const answered = taken.flatMap(({ draft: { sender, replyTo } }) =>
    replyTo !== null && sender.agentId
      ? [{ agentId: sender.agentId, rung: "answered" as const, messageIds: [replyTo] }]
      : [],
  );
  if (answered.length) await raise(unit, answered);
  const byPeople = taken.filter(({ draft }) => draft.sender.kind === "person");
  await releaseHeldOf(
    services,
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
