import { z } from "zod";
import {
  AgentState,
  Attachment,
  DeliveryMode,
  DeliveryState,
  Id,
  Message,
  MessageId,
  Priority,
  Receipt,
  SenderKind,
  Timestamp,
} from "../contracts/index.ts";

const bytes = (text: string): number => new TextEncoder().encode(text).length;
const bodyBytes = 256 * 1024;
const payloadBytes = 64 * 1024;

const content = {
  body: z
    .string()
    .min(1)
    .refine((body) => bytes(body) <= bodyBytes, { error: `at most ${bodyBytes} bytes` })
    .describe("What you say; at most 262,144 bytes"),
  subject: z.string().max(200).optional(),
  channel: z.string().min(1).max(120).optional().describe("Topic that token limits and lists go by"),
  payload: z
    .record(z.string(), z.unknown())
    .refine((payload) => bytes(JSON.stringify(payload)) <= payloadBytes, { error: `at most ${payloadBytes} bytes` })
    .optional()
    .describe("Data for programs; at most 65,536 bytes as JSON"),
  attachments: z.array(Attachment).max(20).optional(),
  priority: Priority.default("normal"),
  delivery: DeliveryMode.default("wait").describe("steer: at once, also into a turn; needs priority urgent"),
  replyExpected: z.boolean().default(true),
  idempotencyKey: z.string().min(1).max(200).optional().describe("A repeat under it within 24 h sends nothing new"),
  deliverWithinSeconds: z.number().int().min(10).max(86_400).optional().describe("Then it counts as not delivered"),
  from: z.string().min(1).max(200).optional().describe("Your name; needed only where the token is no agent's"),
};

const to = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .describe("Agent (id, label, name), or tag:x, cap:x, label:x, policy:x, broadcast");

export const SendMessage = z.strictObject({ to, ...content });
export type SendMessage = z.infer<typeof SendMessage>;

export const ReplyMessage = z.strictObject({ messageId: MessageId.describe("What you reply to"), ...content });
export type ReplyMessage = z.infer<typeof ReplyMessage>;

/** What sending and replying answer: accepted, not delivered; the receipt says how far it came (MSG-38, MSG-41). */
export const SentMessage = z.object({
  messageId: MessageId,
  threadId: MessageId,
  to: z.string().describe("Canonical agent id, or the selector"),
  created: z.boolean().describe("false: the same was sent before under this idempotencyKey"),
  delivery: Receipt,
});
export type SentMessage = z.infer<typeof SentMessage>;

export const GetMessage = z.strictObject({
  messageId: MessageId,
  offset: z.number().int().min(0).default(0).describe("Character of the body to begin at"),
});
export type GetMessage = z.infer<typeof GetMessage>;
export const GotMessage = Message.extend({
  nextOffset: z.number().int().nullable().describe("Give as offset for the rest of the body; null: this was all"),
});

export const GetRecipients = z.strictObject({ to });
export type GetRecipients = z.infer<typeof GetRecipients>;

/** Whom a message would go to if it were sent now (CON-45). */
export const Recipients = z.object({
  target: z.string().describe("Canonical agent id, or the selector"),
  recipients: z.array(z.object({ id: Id, label: z.string().nullable(), status: AgentState })),
});
export type Recipients = z.infer<typeof Recipients>;

const paging = {
  cursor: z.string().max(60).optional(),
  limit: z.number().int().min(1).max(200).default(50),
};

export const GetThread = z.strictObject({ messageId: MessageId.describe("Any message of the thread"), ...paging });
export type GetThread = z.infer<typeof GetThread>;

export const Inbox = z.strictObject({
  agentId: Id.optional().describe("People only: whose inbox"),
  unseenOnly: z.boolean().default(true),
  ...paging,
});
export type Inbox = z.infer<typeof Inbox>;

export const ListMessages = z.strictObject({
  agentId: Id.optional().describe("Sent or received by this agent"),
  sender: SenderKind.optional().describe("Kind of whoever wrote it"),
  state: DeliveryState.optional().describe("Of at least one recipient"),
  channel: z.string().min(1).max(120).optional(),
  since: Timestamp.optional(),
  until: Timestamp.optional(),
  ...paging,
});
export type ListMessages = z.infer<typeof ListMessages>;

export const SubscribeMessages = z.strictObject({
  epoch: z.number().int().describe("Of the registration"),
  fresh: z
    .boolean()
    .default(false)
    .describe(
      "The program's conversation is a new one: what an earlier session injected and nobody saw comes again (MSG-55)",
    ),
  lastEventId: z.string().max(60).optional().describe("Filled by the client on a reconnect; nothing depends on it"),
});
export type SubscribeMessages = z.infer<typeof SubscribeMessages>;

export const AcknowledgeMessages = z.strictObject({
  epoch: z.number().int().describe("Of the registration"),
  rung: z.enum(["sent", "injected", "seen"]),
  messageIds: z.array(MessageId).min(1).max(100),
});
export type AcknowledgeMessages = z.infer<typeof AcknowledgeMessages>;
export const Acknowledged = z.object({ acknowledged: z.array(MessageId) });

export const Redeliver = z.strictObject({
  messageId: MessageId,
  agentIds: z.array(Id).min(1).max(500).optional().describe("Only to these recipients"),
});
export type Redeliver = z.infer<typeof Redeliver>;
export const Redelivered = z.object({ messageId: MessageId, delivery: Receipt });
