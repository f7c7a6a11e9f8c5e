import type { Authed, Services } from "../context.ts";
import {
  type AgentState,
  type DeliveryState,
  Message,
  type Receipt,
  type RecipientReceipt,
  type Rung,
  rungs,
  type Sender,
} from "../contracts/index.ts";
import type { Tx } from "../unit.ts";
import { isArrived, reachable } from "./rules.ts";

export type MessageRow = NonNullable<Awaited<ReturnType<Tx["message"]["findUnique"]>>>;
export type DeliveryRow = NonNullable<Awaited<ReturnType<Tx["delivery"]["findUnique"]>>>;
export type FullRow = MessageRow & { deliveries: DeliveryRow[] };

/** What a runner is given a message from. */
export type Posted = Pick<
  MessageRow,
  "id" | "senderKind" | "senderAgentId" | "senderName" | "subject" | "body" | "delivery" | "replyExpected"
>;

/** With all that a message is shown with, recipients in one order everywhere. */
export const whole = { deliveries: { orderBy: { agentId: "asc" } } } as const;

/** Recipients that an agent is shown of one message: its answers cost it tokens (MCP-30). */
const shownToAgents = 20;

/** How many of a message's recipients the caller is shown; undefined: all, with their names. */
export const mostShown = ({ caller }: Pick<Authed, "caller">): number | undefined =>
  caller.kind === "agent" ? shownToAgents : undefined;

/** What recipients are called and do now. */
export type States = ReadonlyMap<string, { label: string | null; status: AgentState }>;

/** Names and present states of all recipients of these messages. */
export async function statesOf({ db }: Pick<Services, "db">, rows: FullRow[]): Promise<States> {
  const ids = [...new Set(rows.flatMap(({ deliveries }) => deliveries.map(({ agentId }) => agentId)))];
  const agents = ids.length
    ? await db.client.agent.findMany({ where: { id: { in: ids } }, select: { id: true, label: true, state: true } })
    : [];
  return new Map(agents.map(({ id, label, state }) => [id, { label, status: state as AgentState }]));
}

/** A higher rung marks the lower ones as reached: where one has no time of its own, the next one's holds (MSG-40). */
function timesOf(row: DeliveryRow): RecipientReceipt["times"] {
  const own = [row.acceptedAt, row.sentAt, row.injectedAt, row.seenAt, row.answeredAt];
  const times: RecipientReceipt["times"] = {};
  let known: Date | null = null;
  for (let n = rungs.indexOf(row.rung as Rung); n >= 0; n -= 1) {
    known = own[n] ?? known;
    if (known) times[rungs[n] as Rung] = known.toISOString();
  }
  return times;
}

/** `named`: with what the agent is called and does, which agents are spared (MCP-30). */
function toRecipient(row: DeliveryRow, states: States, named: boolean): RecipientReceipt {
  const rung = row.rung as Rung;
  const times = timesOf(row);
  const state = row.state as DeliveryState;
  const agent = states.get(row.agentId);
  const status = agent?.status;
  const away = state === "waiting" && (status === "stale" || status === "offline") ? status : null;
  const reason = row.reason ?? away;
  const underDeadline = state === "waiting" || state === "undeliverable";
  return {
    agentId: row.agentId,
    rung,
    at: times[rung] ?? row.acceptedAt.toISOString(),
    state,
    ...(reason ? { reason } : {}),
    times,
    deadlineAt: underDeadline ? (row.deadlineAt?.toISOString() ?? null) : null,
    ...(named && agent ? { agent } : {}),
  };
}

const heldNext =
  "You two wrote back and forth without a person: one must release it in the console, or write to either.";

/** What a sender may rely on now (MSG-41, MSG-42); `most`: recipients to list to an agent; people see all, with names. */
export function toReceipt(
  row: Pick<MessageRow, "replyExpected" | "replyTo"> & { deliveries: DeliveryRow[] },
  states: States,
  most?: number,
): Receipt {
  const { deliveries } = row;
  const delivered = deliveries.length > 0 && deliveries.every(({ rung }) => isArrived(rung as Rung));
  const hopeful = deliveries.some(
    ({ agentId, state }) => (state === "waiting" || state === "delivered") && reachable(states.get(agentId)?.status),
  );
  const recipients = deliveries.slice(0, most).map((one) => toRecipient(one, states, most === undefined));
  const more = deliveries.length - recipients.length;
  const nobody = row.replyTo === null ? "no_recipient" : "sender_is_no_agent";
  const reason = deliveries.length === 0 ? nobody : recipients.find((one) => one.reason)?.reason;
  return {
    delivered,
    expectReply: row.replyExpected && hopeful,
    recipients,
    ...(more > 0 ? { more } : {}),
    ...(reason && !delivered ? { reason } : {}),
    ...(deliveries.some(({ state }) => state === "held") ? { next: heldNext } : {}),
  };
}

export const threadOf = ({ id, threadId }: Pick<MessageRow, "id" | "threadId">): number => threadId ?? id;

export const senderOf = (row: Pick<MessageRow, "senderKind" | "senderAgentId" | "senderName">): Sender => ({
  kind: row.senderKind as Sender["kind"],
  id: row.senderAgentId,
  name: row.senderName,
});

/** One message as it is shown; `most`: recipients to list, as for its receipt. */
export function toMessage(row: FullRow, states: States, most: number | undefined): Message {
  return {
    id: row.id,
    threadId: threadOf(row),
    replyTo: row.replyTo,
    from: senderOf(row),
    to: row.target,
    subject: row.subject,
    body: row.body,
    channel: row.channel,
    payload: row.payload ? (JSON.parse(row.payload) as Record<string, unknown>) : null,
    attachments: JSON.parse(row.attachments) as Message["attachments"],
    priority: Message.shape.priority.parse(row.priority),
    delivery: Message.shape.delivery.parse(row.delivery),
    replyExpected: row.replyExpected,
    createdAt: row.createdAt.toISOString(),
    receipt: toReceipt(row, states, most),
  };
}
