import { Prisma } from "@signalbox/db";
import { tracked } from "@trpc/server";
import type { Topic } from "../bells.ts";
import type { Authed, Services } from "../context.ts";
import { longestInjected, type Mail, type MailItem } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { follow } from "../follow.ts";
import { actingAgent } from "../identity/caller.ts";
import { type Posted, senderOf } from "./mapper.ts";
import { deliveriesOf, type Evidence, keyOf, raise } from "./raise.ts";
import type { AcknowledgeMessages, SubscribeMessages } from "./schema.ts";

const mostAtOnce = 100;

/** Ten thousand agents' streams must not read for nothing: what is stored rings, in this process as all is. */
const recheckMs = 60_000;

const toBeInjected = { state: "waiting", rung: { in: ["accepted", "sent"] } };

/** What a runner gets of a message (MSG-50). */
export function toMail(row: Posted): Mail {
  // Whole characters: a pair of surrogates is not cut.
  const characters = [...row.body.slice(0, 2 * longestInjected)];
  const body = characters.slice(0, longestInjected).join("");
  return {
    id: row.id,
    from: senderOf(row),
    subject: row.subject,
    body,
    missing: row.body.length - body.length,
    urgent: row.delivery === "steer",
    replyExpected: row.replyExpected,
  };
}

function self(ctx: Authed): string {
  const agentId = actingAgent(ctx.caller);
  if (!agentId) throw new AppError("Forbidden", "Only an agent's own token takes its messages");
  return agentId;
}

async function current({ addressed }: Pick<Services, "addressed">, agentId: string, epoch: number): Promise<void> {
  const agent = await addressed(agentId);
  if (!agent) throw new AppError("NotFound", `There is no agent ${agentId}`);
  if (agent.epoch !== epoch) {
    throw new AppError("Conflict", `Agent ${agentId} registered again: epoch ${epoch} is over`);
  }
}

/** Ids of the messages that are to be injected into each of these agents' sessions, in order. */
export async function waitingFor({ db }: Pick<Services, "db">, agentIds: string[]): Promise<number[][]> {
  const rows = await db.client.delivery.findMany({
    where: { agentId: { in: [...new Set(agentIds)] }, ...toBeInjected },
    orderBy: { messageId: "asc" },
    select: { agentId: true, messageId: true },
  });
  const waiting = new Map(agentIds.map((agentId) => [agentId, [] as number[]]));
  for (const { agentId, messageId } of rows) waiting.get(agentId)?.push(messageId);
  return agentIds.map((agentId) => waiting.get(agentId) ?? []);
}

/** What an earlier session showed and no turn read, of these or of all: to be shown to a conversation that is new (MSG-55). */
async function shownInVain({ db }: Pick<Services, "db">, agentId: string, of?: number[]): Promise<number[]> {
  const rows = await db.client.delivery.findMany({
    where: { agentId, rung: "injected", ...(of ? { messageId: { in: of } } : {}) },
    orderBy: { messageId: "desc" },
    take: of?.length ?? mostAtOnce,
    select: { messageId: true },
  });
  return rows.map(({ messageId }) => messageId);
}

/**
 * An agent's messages for its runner: first what waits, then what comes, in order; and what must not be injected any
 * more (MSG-46, MSG-53). Given again on every new stream until it is injected; the runner knows what it showed.
 */
export async function* subscribe(ctx: Authed, { epoch, fresh }: SubscribeMessages, signal: AbortSignal | undefined) {
  const agentId = self(ctx);
  await current(ctx, agentId, epoch);
  const hole = ctx.mail.open(agentId, epoch);
  const given = new Set<number>();
  // What an earlier session showed in vain, and is still to be given; then, until it is seen, what of it was given.
  let again: number[] = [];
  const givenAgain = new Set<number>();
  let more = false;

  /** What the database says: everything that waits, whatever was missed. */
  async function look(): Promise<MailItem[]> {
    const ids = new Set(await ctx.waitingFor(agentId));
    const vain = new Set(givenAgain.size ? await shownInVain(ctx, agentId, [...givenAgain]) : []);
    const withdrawn = [...[...given].filter((id) => !ids.has(id)), ...[...givenAgain].filter((id) => !vain.has(id))];
    for (const id of withdrawn) for (const one of [given, givenAgain]) one.delete(id);
    const left = [...new Set([...again, ...ids])].filter((id) => !given.has(id)).toSorted((a, b) => a - b);
    const next = left.slice(0, mostAtOnce);
    again = again.filter((id) => !next.includes(id));
    more = left.length > next.length;
    const rows = next.length
      ? await ctx.db.client.message.findMany({ where: { id: { in: next } }, orderBy: { id: "asc" } })
      : [];
    for (const id of next) (ids.has(id) ? given : givenAgain).add(id);
    return [
      ...withdrawn.map((id) => ({ kind: "withdrawn" as const, id })),
      ...rows.map((row) => ({ kind: "mail" as const, mail: toMail(row) })),
    ];
  }

  async function read(rung: ReadonlySet<Topic>): Promise<MailItem[]> {
    const handed = hole.take();
    more = false;
    // Whatever else rang, and nothing at all, is a reason to look; then what was handed is found there.
    if (!handed || rung.size !== 1 || !rung.has(`handed:${agentId}`)) return look();
    const unheard = handed.filter(({ id }) => !given.has(id));
    for (const { id } of unheard) given.add(id);
    return unheard.map((mail) => ({ kind: "mail", mail }));
  }

  const topic: Topic[] = [`mail:${agentId}`, `handed:${agentId}`];
  try {
    if (fresh) again = await shownInVain(ctx, agentId);
    for await (const item of follow(ctx, signal, { topic, read, recheckMs, more: () => more })) {
      yield tracked(String(item.kind === "mail" ? item.mail.id : item.id), item);
    }
  } finally {
    hole.close();
  }
}

/** Evidence and whose word it is; `epoch` null: the relay's own. */
export interface Witnessed extends Evidence {
  epoch: number | null;
}

/** What became of evidence: null when it was taken, else the epoch that is current, or a message that is not the agent's. */
export type Refuted = { epoch: number } | { strange: number };

/**
 * Takes the evidence of many runners with one statement for each rung: evidence only raises, so nothing needs a
 * transaction, and one that registers again in this moment loses nothing by what its runner has just seen.
 */
export async function witness(services: Services, items: Witnessed[]): Promise<(Refuted | null)[]> {
  const { bells, clock, db } = services;
  const ids = [...new Set(items.map(({ agentId }) => agentId))];
  const agents = await db.sql.rows<{ id: string; epoch: number }>(
    Prisma.sql`SELECT "id", "epoch" FROM "Agent" WHERE "id" IN (${Prisma.join(ids)})`,
  );
  const epochs = new Map(agents.map(({ id, epoch }) => [id, epoch]));
  const isLate = ({ agentId, epoch }: Witnessed) => epoch !== null && epochs.get(agentId) !== epoch;
  const taken = items.filter((item) => !isLate(item));
  const raised = await raise({ sql: db.sql, now: clock.now(), publish: bells.publish, ring: bells.ring }, taken);
  // What was not raised is there already, or is to somebody else, or has not come to it yet.
  const unclear = items.filter(({ agentId, messageIds }) => messageIds.some((id) => !raised.has(keyOf(id, agentId))));
  const known = unclear.length
    ? await db.sql.rows<{ messageId: number; agentId: string }>(
        Prisma.sql`SELECT "messageId", "agentId" FROM "Delivery" WHERE ${deliveriesOf(unclear)}`,
      )
    : [];
  const own = new Set([...raised, ...known.map(({ messageId, agentId }) => keyOf(messageId, agentId))]);
  return items.map((item) => {
    const strange = item.messageIds.find((id) => !own.has(keyOf(id, item.agentId)));
    if (strange !== undefined) return { strange };
    return isLate(item) ? { epoch: epochs.get(item.agentId) ?? 0 } : null;
  });
}

/** A runner's word on what it holds, injected or saw read; of its own agent and registration alone (MSG-45). */
export async function acknowledge(ctx: Authed, { epoch, rung, messageIds }: AcknowledgeMessages) {
  const agentId = self(ctx);
  const refuted = await ctx.witness({ agentId, epoch, rung, messageIds });
  if (refuted && "strange" in refuted) {
    throw new AppError("Forbidden", `Message ${refuted.strange} is not to ${agentId}`);
  }
  if (refuted) {
    const now = `epoch ${epoch} is over, ${refuted.epoch} is current`;
    throw new AppError("Conflict", `Agent ${agentId} registered again: ${now}`);
  }
  return { acknowledged: messageIds };
}
