import { createHash } from "node:crypto";
import { passable } from "../artifacts/service.ts";
import type { Authed } from "../context.ts";
import type { AgentState } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { actingAgent, actorKey, allow } from "../identity/caller.ts";
import type { Draft } from "./draft.ts";
import { keyExpiry, usedForAnother } from "./judge.ts";
import { type FullRow, mostShown, statesOf, threadOf, toReceipt, whole } from "./mapper.ts";
import { type Addressed, recipientsOf } from "./references.ts";
import type { ReplyMessage, SendMessage, SentMessage } from "./schema.ts";

type Content = Omit<ReplyMessage, "messageId">;

/** Whom the message goes to and what it continues. */
interface Address {
  target: string;
  recipients: Addressed[];
  threadId: number | null;
  replyTo: number | null;
  channel: string | null;
  payload: Record<string, unknown> | null;
}

type Sender = Draft["sender"];

/** What a call says, whatever its recipients are by now: another under the same key is a Conflict (MSG-36). */
function digestOf(sender: Sender, call: Content & ({ to: string } | { messageId: number })): string {
  const { idempotencyKey: _, from: __, ...said } = call;
  return createHash("sha256")
    .update(JSON.stringify({ ...said, sender: sender.name }))
    .digest("hex");
}

/** A token of several agents may write as any of them (IDN-25). */
function oneOfSeveral({ caller }: Authed, from: string | undefined): string | null {
  const { agents = [] } = caller.constraints;
  if (caller.kind !== "agent" || caller.agentId || agents.length < 2) return actingAgent(caller);
  if (from !== undefined && agents.includes(from)) return from;
  const code = from === undefined ? "Invalid" : "Forbidden";
  throw new AppError(code, `from must be one of this token's agents: ${agents.join(", ")}`, { field: "from" });
}

/** Who writes: the agent that acts, else the name that is given (MSG-33). */
function senderOf(ctx: Authed, from: string | undefined): Sender {
  const agentId = oneOfSeveral(ctx, from);
  if (agentId) return { kind: "agent", agentId, name: agentId, key: `agent:${agentId}` };
  if (ctx.caller.kind === "orchestrator") {
    throw new AppError("Forbidden", "A host writes no messages; its agents do, each with its own token");
  }
  if (!from) {
    throw new AppError("Invalid", "from is needed: this token is no agent's", {
      field: "from",
      next: "Give from: the name that the recipients are to see.",
    });
  }
  const kind = ctx.caller.kind === "integration" ? "integration" : "person";
  return { kind, agentId: null, name: from, key: actorKey(ctx.caller) };
}

/** Every recipient and the channel must be allowed, before anything is stored (MSG-35). */
function allowed(ctx: Authed, { recipients, channel }: Address): void {
  if (channel !== null) allow(ctx.caller, { channel });
  for (const { id } of recipients) allow(ctx.caller, { target: id });
}

function steerIsUrgent({ delivery, priority }: Content): void {
  if (delivery !== "steer" || priority === "urgent") return;
  throw new AppError("Invalid", "delivery steer needs priority urgent", { field: "priority" });
}

/** What was stored under this key before; null: nothing, or a day has passed. Refused when it was something else. */
async function earlier(ctx: Authed, sender: Sender, key: string | undefined, digest: string) {
  if (key === undefined) return null;
  const row = await ctx.db.client.message.findFirst({
    where: { senderKey: sender.key, idempotencyKey: key, createdAt: { gt: keyExpiry(ctx.clock.now()) } },
    include: whole,
  });
  if (row && row.digest !== digest) throw usedForAnother(key);
  return row && asSent(ctx, row);
}

/** How a message that was stored before is answered now. */
async function asSent(ctx: Authed, row: FullRow): Promise<SentMessage> {
  const delivery = toReceipt(row, await statesOf(ctx, [row]), mostShown(ctx));
  return { messageId: row.id, threadId: threadOf(row), to: row.target, created: false, delivery };
}

async function store(
  ctx: Authed,
  content: Content,
  address: Address,
  { sender, digest }: { sender: Sender; digest: string },
): Promise<SentMessage> {
  const { body, subject, attachments, priority, delivery, replyExpected, idempotencyKey } = content;
  steerIsUrgent(content);
  const artifactIds = [...new Set((attachments ?? []).map(({ artifactId }) => artifactId))];
  for (const id of artifactIds) await passable(ctx, id);
  allowed(ctx, address);
  const me = sender.agentId && (await ctx.addressed(sender.agentId));
  const { id, row } = await ctx.post({
    target: address.target,
    threadId: address.threadId,
    replyTo: address.replyTo,
    subject: subject ?? null,
    body,
    channel: address.channel,
    payload: address.payload && JSON.stringify(address.payload),
    attachments: JSON.stringify(attachments ?? []),
    priority,
    delivery,
    replyExpected,
    recipients: address.recipients,
    artifactIds,
    sender: me ? { ...sender, name: me.label ?? me.id } : sender,
    idempotencyKey: idempotencyKey ?? null,
    digest: idempotencyKey ? digest : null,
    deliverWithin: content.deliverWithinSeconds ?? ctx.settings["messages.injectWithinSeconds"],
  });
  if (!row) return asSent(ctx, await ctx.db.client.message.findUniqueOrThrow({ where: { id }, include: whole }));
  const states = new Map(
    address.recipients.map(({ id: one, label, state }) => [one, { label, status: state as AgentState }]),
  );
  const first = toReceipt(row, states, mostShown(ctx));
  return { messageId: id, threadId: address.threadId ?? id, to: address.target, created: true, delivery: first };
}

/** Writes to one agent or to many; answered once it is on disk (MSG-31, MSG-38). */
export async function send(ctx: Authed, call: SendMessage): Promise<SentMessage> {
  const { to, ...content } = call;
  const sender = senderOf(ctx, content.from);
  const digest = digestOf(sender, call);
  const before = await earlier(ctx, sender, content.idempotencyKey, digest);
  if (before) return before;
  const { target, recipients } = await recipientsOf(ctx, to, sender.agentId);
  const { channel = null, payload = null } = content;
  return store(
    ctx,
    content,
    { target, recipients, threadId: null, replyTo: null, channel, payload },
    { sender, digest },
  );
}

const channelContext = "signalbox.channel.v1";

/** What a reply takes over of its parent's payload: the channel's context, nothing else (MSG-65). */
function contextOf(parent: string | null): Record<string, unknown> {
  const payload = (parent ? JSON.parse(parent) : {}) as Record<string, unknown>;
  const { schema, conversation } = payload;
  if (schema !== channelContext && conversation === undefined) return {};
  return { ...(schema === channelContext ? { schema } : {}), ...(conversation === undefined ? {} : { conversation }) };
}

/** Answers a message, to whoever wrote it, in its thread (MSG-62 to MSG-65). */
export async function reply(ctx: Authed, call: ReplyMessage): Promise<SentMessage> {
  const { messageId, ...content } = call;
  const sender = senderOf(ctx, content.from);
  const digest = digestOf(sender, call);
  const before = await earlier(ctx, sender, content.idempotencyKey, digest);
  if (before) return before;
  const me = sender.agentId;
  const parent = await ctx.db.client.message.findUnique({ where: { id: messageId }, include: whole });
  const mine = parent?.senderKey === sender.key;
  if (!parent || (me && !mine && !parent.deliveries.some(({ agentId, state }) => agentId === me && state !== "held"))) {
    throw new AppError("NotFound", `There is no message ${messageId} of yours`, {
      field: "messageId",
      next: "relay_inbox lists what was written to you.",
    });
  }
  if (mine) {
    throw new AppError("Invalid", `Message ${messageId} is your own`, {
      field: "messageId",
      next: "Write to its recipient with relay_send_message.",
    });
  }
  const known = parent.senderAgentId && (await ctx.addressed(parent.senderAgentId));
  const context = contextOf(parent.payload);
  const payload = { ...context, ...content.payload };
  const address = {
    target: parent.senderAgentId ?? parent.senderName,
    recipients: known ? [known] : [],
    threadId: threadOf(parent),
    replyTo: parent.id,
    channel: parent.channel,
    payload: Object.keys(payload).length ? payload : null,
  };
  return store(ctx, content, address, { sender, digest });
}
