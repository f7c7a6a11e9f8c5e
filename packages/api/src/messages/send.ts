import { createHash } from "node:crypto";
import { passable } from "../artifacts/service.ts";
import type { Authed } from "../context.ts";
import type { AgentState } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { actingAgent, allow } from "../identity/caller.ts";
import type { Draft } from "./draft.ts";
import { shownToAgents, statesOf, threadOf, toReceipt, whole } from "./mapper.ts";
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
  return { kind, agentId: null, name: from, key: `token:${ctx.caller.tokenId}` };
}

/** Every recipient, the channel and the policy must be allowed, before anything is stored (MSG-35). */
function allowed(ctx: Authed, { recipients, channel }: Address): void {
  if (channel !== null) allow(ctx.caller, { channel });
  for (const { id } of recipients) allow(ctx.caller, { target: id });
}

function steerIsUrgent({ delivery, priority }: Content): void {
  if (delivery !== "steer" || priority === "urgent") return;
  throw new AppError("Invalid", "delivery steer needs priority urgent", { field: "priority" });
}

async function store(ctx: Authed, content: Content, address: Address, sender: Sender): Promise<SentMessage> {
  const { body, subject, attachments, priority, delivery, replyExpected, idempotencyKey } = content;
  steerIsUrgent(content);
  const artifactIds = [...new Set((attachments ?? []).map(({ artifactId }) => artifactId))];
  for (const id of artifactIds) await passable(ctx, id);
  allowed(ctx, address);
  const shown = {
    target: address.target,
    replyTo: address.replyTo,
    subject: subject ?? null,
    body,
    channel: address.channel,
    payload: address.payload && JSON.stringify(address.payload),
    attachments: JSON.stringify(attachments ?? []),
    priority,
    delivery,
    replyExpected,
  };
  const me = sender.agentId && (await ctx.addressed(sender.agentId));
  const { id, created, row } = await ctx.post({
    ...shown,
    threadId: address.threadId,
    recipients: address.recipients,
    artifactIds,
    sender: me ? { ...sender, name: me.label ?? me.id } : sender,
    idempotencyKey: idempotencyKey ?? null,
    digest: idempotencyKey ? createHash("sha256").update(JSON.stringify(shown)).digest("hex") : null,
    deliverWithin: content.deliverWithinSeconds ?? ctx.settings["messages.injectWithinSeconds"],
  });
  const most = ctx.caller.kind === "agent" ? shownToAgents : undefined;
  if (row) {
    const states = new Map(
      address.recipients.map(({ id: one, label, state }) => [one, { label, status: state as AgentState }]),
    );
    const first = toReceipt(row, states, most);
    return { messageId: id, threadId: address.threadId ?? id, to: address.target, created, delivery: first };
  }
  const earlier = await ctx.db.client.message.findUniqueOrThrow({ where: { id }, include: whole });
  const present = toReceipt(earlier, await statesOf(ctx, [earlier]), most);
  return { messageId: id, threadId: threadOf(earlier), to: earlier.target, created, delivery: present };
}

/** Writes to one agent or to many; answered once it is on disk (MSG-31, MSG-38). */
export async function send(ctx: Authed, { to, ...content }: SendMessage): Promise<SentMessage> {
  const sender = senderOf(ctx, content.from);
  const { target, recipients } = await recipientsOf(ctx, to, sender.agentId);
  const { channel = null, payload = null } = content;
  return store(ctx, content, { target, recipients, threadId: null, replyTo: null, channel, payload }, sender);
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
export async function reply(ctx: Authed, { messageId, ...content }: ReplyMessage): Promise<SentMessage> {
  const sender = senderOf(ctx, content.from);
  const me = sender.agentId;
  const parent = await ctx.db.client.message.findUnique({ where: { id: messageId }, include: whole });
  const mine = parent && me && parent.senderAgentId === me;
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
  return store(ctx, content, address, sender);
}
