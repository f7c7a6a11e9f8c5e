import { tracked } from "@trpc/server";
import type { Authed, Services } from "../context.ts";
import { longestInjected, type Mail, type MailItem } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { follow } from "../follow.ts";
import { actingAgent } from "../identity/caller.ts";
import { transact } from "../unit.ts";
import { type MessageRow, senderOf } from "./mapper.ts";
import { type Evidence, raise } from "./raise.ts";
import type { AcknowledgeMessages, SubscribeMessages } from "./schema.ts";

const mostAtOnce = 100;
/** Every agent has such a stream: with thousands of them, looking as often as a host's stream does would be all that the database does. */
const recheckMs = 30_000;

function toMail(row: MessageRow): Mail {
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

async function current({ db }: Pick<Services, "db">, agentId: string, epoch: number): Promise<void> {
  const agent = await db.client.agent.findUnique({ where: { id: agentId }, select: { epoch: true } });
  if (!agent) throw new AppError("NotFound", `There is no agent ${agentId}`);
  if (agent.epoch !== epoch) {
    throw new AppError("Conflict", `Agent ${agentId} registered again: epoch ${epoch} is over`);
  }
}

/** What an earlier session showed and no turn read: to be shown to a conversation that is new (MSG-55). */
async function shownInVain({ db }: Pick<Services, "db">, agentId: string): Promise<number[]> {
  const rows = await db.client.delivery.findMany({
    where: { agentId, rung: "injected" },
    orderBy: { messageId: "desc" },
    take: mostAtOnce,
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
  const given = new Set<number>();
  let again = fresh ? await shownInVain(ctx, agentId) : [];
  const read = async (): Promise<MailItem[]> => {
    await current(ctx, agentId, epoch);
    const waiting = await ctx.db.client.delivery.findMany({
      where: { agentId, state: "waiting", rung: { in: ["accepted", "sent"] } },
      orderBy: { messageId: "asc" },
      select: { messageId: true },
    });
    const ids = new Set(waiting.map(({ messageId }) => messageId));
    const withdrawn = [...given].filter((id) => !ids.has(id));
    for (const id of withdrawn) given.delete(id);
    const fresh = [...new Set([...again, ...ids])].filter((id) => !given.has(id)).toSorted((a, b) => a - b);
    again = [];
    const next = fresh.slice(0, mostAtOnce);
    if (fresh.length > next.length) ctx.bells.ring(`mail:${agentId}`);
    const rows = next.length
      ? await ctx.db.client.message.findMany({ where: { id: { in: next } }, orderBy: { id: "asc" } })
      : [];
    for (const id of next) if (ids.has(id)) given.add(id);
    return [
      ...withdrawn.map((id) => ({ kind: "withdrawn" as const, id })),
      ...rows.map((row) => ({ kind: "mail" as const, mail: toMail(row) })),
    ];
  };
  for await (const item of follow(ctx, signal, { topic: `mail:${agentId}`, read, recheckMs })) {
    yield tracked(String(item.kind === "mail" ? item.mail.id : item.id), item);
  }
}

/** Evidence and whose word it is; `epoch` null: the relay's own. */
export interface Witnessed extends Evidence {
  epoch: number | null;
}

/** Takes the evidence of many runners in one transaction; null, or the epoch that is current instead of theirs. */
export async function witness(services: Services, items: Witnessed[]): Promise<(number | null)[]> {
  return transact(services, async (unit) => {
    const agents = await unit.tx.agent.findMany({
      where: { id: { in: [...new Set(items.map(({ agentId }) => agentId))] } },
      select: { id: true, epoch: true },
    });
    const epochs = new Map(agents.map(({ id, epoch }) => [id, epoch]));
    const late = items.map(({ agentId, epoch }) =>
      epoch === null || epochs.get(agentId) === epoch ? null : (epochs.get(agentId) ?? 0),
    );
    await raise(
      unit,
      items.filter((_, n) => late[n] === null),
    );
    return late;
  });
}

/** A runner's word on what it holds, injected or saw read; of its own agent and registration alone (MSG-45). */
export async function acknowledge(ctx: Authed, { epoch, rung, messageIds }: AcknowledgeMessages) {
  const agentId = self(ctx);
  const late = await ctx.witness({ agentId, epoch, rung, messageIds });
  if (late !== null) {
    throw new AppError("Conflict", `Agent ${agentId} registered again: epoch ${epoch} is over, ${late} is current`);
  }
  return { acknowledged: messageIds };
}
