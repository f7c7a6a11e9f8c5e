import { fitting, fittingLength, itemLimit, sizeOf, wholeCharacters } from "../answer-size.ts";
import type { Authed } from "../context.ts";
import { longestBody, type Message, type MessagePage } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { actingAgent } from "../identity/caller.ts";
import { shortenData } from "../shorten.ts";
import { type FullRow, mostShown, type States, statesOf, threadOf, toMessage, whole } from "./mapper.ts";
import type { GetMessage, GetThread, Inbox, ListMessages } from "./schema.ts";

/** Room for a body that a payload does not take from it, and for a payload that nothing takes; characters of JSON. */
const [leftToBody, leftToPayload] = [4_000, 1_000];

/** One message with its body from `offset` on, as far as an answer takes it; `nextOffset`: where the rest begins (MCP-30). */
function shown(ctx: Authed, row: FullRow, states: States, offset = 0): Message {
  const from = wholeCharacters(row.body, Math.min(offset, row.body.length));
  const text = row.body.slice(from, wholeCharacters(row.body, from + longestBody));
  const { payload, ...rest } = {
    ...toMessage(row, states, mostShown(ctx)),
    body: "",
    nextOffset: row.body.length,
  };
  const room = Math.max(leftToPayload, itemLimit - sizeOf(rest) - Math.min(sizeOf(text), leftToBody));
  const data = payload && ctx.transport === "mcp" ? shortenData(payload, room) : payload;
  const body = text.slice(0, fittingLength(ctx, text, { ...rest, payload: data }));
  const end = from + body.length;
  const { nextOffset: _, ...message } = { ...rest, payload: data, body };
  return end < row.body.length ? { ...message, nextOffset: end } : message;
}

/** What an agent sent or received, and what is held has not come to it yet (MSG-60, MSG-67); a person sees all. */
const visibleTo = (agentId: string | null) =>
  agentId === null
    ? {}
    : { OR: [{ senderAgentId: agentId }, { deliveries: { some: { agentId, state: { not: "held" } } } }] };

/** The recipient's own call returned the body: it is seen (MSG-44). */
async function seenBy(ctx: Authed, agentId: string | null, messages: { id: number }[], rows: FullRow[]) {
  const ids = new Set(messages.map(({ id }) => id));
  const unseen = rows.filter(
    ({ id, deliveries }) =>
      ids.has(id) &&
      deliveries.some((one) => one.agentId === agentId && one.seenAt === null && one.rung !== "answered"),
  );
  if (!agentId || unseen.length === 0) return;
  await ctx.witness({ agentId, epoch: null, rung: "seen", messageIds: unseen.map(({ id }) => id) });
}

async function page(ctx: Authed, rows: FullRow[], limit: number): Promise<MessagePage> {
  const me = actingAgent(ctx.caller);
  const states = await statesOf(ctx, rows);
  const all = rows.slice(0, limit).map((row) => shown(ctx, row, states));
  const messages = fitting(ctx, all);
  const more = rows.length > messages.length;
  await seenBy(ctx, me, messages, rows);
  return { messages, count: messages.length, nextCursor: more ? String(messages.at(-1)?.id ?? "") : null };
}

/** Where a page goes on: the id of the last message of the one before. */
function after(cursor: string | undefined): number | null {
  if (cursor === undefined) return null;
  const id = Number(cursor);
  if (Number.isSafeInteger(id) && id > 0) return id;
  throw new AppError("Invalid", `${cursor} is no cursor of this list`, {
    field: "cursor",
    next: "Give the nextCursor of the page before, or none.",
  });
}

const missing = (messageId: number) =>
  new AppError("NotFound", `There is no message ${messageId} that you may read`, { field: "messageId" });

/** One message; one to the caller counts as seen from then on. */
export async function get(ctx: Authed, { messageId, offset }: GetMessage) {
  const me = actingAgent(ctx.caller);
  const row = await ctx.db.client.message.findFirst({ where: { id: messageId, ...visibleTo(me) }, include: whole });
  if (!row) throw missing(messageId);
  await seenBy(ctx, me, [row], [row]);
  const now = await ctx.db.client.message.findUniqueOrThrow({ where: { id: messageId }, include: whole });
  const message = shown(ctx, now, await statesOf(ctx, [now]), offset);
  return { ...message, nextOffset: message.nextOffset ?? null };
}

/** All of a message's thread that the caller may read, oldest first (MSG-66). */
export async function thread(ctx: Authed, { messageId, cursor, limit }: GetThread): Promise<MessagePage> {
  const visible = visibleTo(actingAgent(ctx.caller));
  const row = await ctx.db.client.message.findFirst({ where: { id: messageId, ...visible } });
  if (!row) throw missing(messageId);
  const threadId = threadOf(row);
  const from = after(cursor);
  const rows = await ctx.db.client.message.findMany({
    where: {
      AND: [{ OR: [{ id: threadId }, { threadId }] }, visible, ...(from ? [{ id: { gt: from } }] : [])],
    },
    include: whole,
    orderBy: { id: "asc" },
    take: limit + 1,
  });
  return page(ctx, rows, limit);
}

/** What was written to an agent, oldest first; `unseenOnly`: what it has not seen (MSG-67). */
export async function inbox(ctx: Authed, { agentId, unseenOnly, cursor, limit }: Inbox): Promise<MessagePage> {
  const me = actingAgent(ctx.caller);
  if (me && agentId && agentId !== me) throw new AppError("NotFound", `There is no inbox of ${agentId} for you`);
  const whose = me ?? agentId;
  if (!whose) {
    throw new AppError("Invalid", "agentId is needed: this token is no agent's", {
      field: "agentId",
      next: "Give agentId: the agent whose inbox you mean.",
    });
  }
  const from = after(cursor);
  const rows = await ctx.db.client.message.findMany({
    where: {
      ...(from ? { id: { gt: from } } : {}),
      deliveries: {
        some: {
          agentId: whose,
          // What is held is not the recipient's before a person lets it go on (MSG-60).
          state: { not: "held" },
          ...(unseenOnly ? { rung: { in: ["accepted", "sent", "injected"] } } : {}),
        },
      },
    },
    include: whole,
    orderBy: { id: "asc" },
    take: limit + 1,
  });
  return page(ctx, rows, limit);
}

/** Every message, newest first; for people (MSG-68). An agent sees its own. */
export async function list(ctx: Authed, input: ListMessages): Promise<MessagePage> {
  const { agentId, sender, state, channel, since, until, cursor, limit } = input;
  const from = after(cursor);
  const rows = await ctx.db.client.message.findMany({
    where: {
      AND: [
        visibleTo(actingAgent(ctx.caller)),
        agentId ? { OR: [{ senderAgentId: agentId }, { deliveries: { some: { agentId } } }] } : {},
        sender ? { senderKind: sender } : {},
        state ? { deliveries: { some: { state } } } : {},
        channel ? { channel } : {},
        since ? { createdAt: { gte: new Date(since) } } : {},
        until ? { createdAt: { lt: new Date(until) } } : {},
        from ? { id: { lt: from } } : {},
      ],
    },
    include: whole,
    orderBy: { id: "desc" },
    take: limit + 1,
  });
  return page(ctx, rows, limit);
}
