import { z } from "zod";
import { AgentState } from "./agents.ts";
import { Id, NextCursor, Timestamp } from "./common.ts";
import { deliveryStates, rungs } from "./rungs.ts";

/** Ids rise in order of acceptance (MSG-38). */
export const MessageId = z.number().int().min(1).max(2_147_483_647).describe("Message");

const Rung = z.enum(rungs);

/** What becomes of it for one recipient (MSG-41). */
export const DeliveryState = z.enum(deliveryStates);
export type DeliveryState = z.infer<typeof DeliveryState>;

/** Why a message has not arrived (MSG-56, MSG-61). */
export const UndeliveredReason = z.enum([
  "agent_busy",
  "agent_blocked",
  "not_connected",
  "host_offline",
  "agent_ended",
  "policy_not_running",
  "loop_guard",
]);
export type UndeliveredReason = z.infer<typeof UndeliveredReason>;

export const SenderKind = z.enum(["agent", "person", "integration", "relay"]);

/** Who wrote a message (MSG-33). */
export const Sender = z.object({
  kind: SenderKind,
  id: z.string().nullable().describe("Agent; null for others"),
  name: z.string().describe("Label or id of an agent, else the name that was given"),
});
export type Sender = z.infer<typeof Sender>;

/** The rungs that one recipient has reached, with their times (MSG-39). */
export const RecipientReceipt = z.object({
  agentId: Id,
  rung: Rung.describe("Highest reached"),
  at: Timestamp.describe("When it was reached"),
  state: DeliveryState,
  reason: z.string().optional().describe("Why it waits, is held or did not arrive"),
  times: z.partialRecord(Rung, Timestamp).describe("When each rung was reached"),
  deadlineAt: Timestamp.nullable().describe("Until when it is to be injected, or was; null: not under one"),
  agent: z
    .object({ label: z.string().nullable(), status: AgentState })
    .optional()
    .describe("As it is now; left out for agents, and once it is forgotten"),
});
export type RecipientReceipt = z.infer<typeof RecipientReceipt>;

/** What a sender may rely on (MSG-41, MSG-42). */
export const Receipt = z.object({
  delivered: z.boolean().describe("In every recipient's session, and there is at least one"),
  expectReply: z.boolean().describe("false: do not wait for an answer"),
  recipients: z.array(RecipientReceipt),
  more: z.number().int().optional().describe("Recipients beyond those listed; agents see 20"),
  reason: z.string().optional().describe("Why nobody is reached, or no reply is to be expected"),
  next: z.string().optional().describe("What lets it go on"),
});
export type Receipt = z.infer<typeof Receipt>;

export const Priority = z.enum(["normal", "urgent"]);
export const DeliveryMode = z.enum(["wait", "steer"]);

/** An artifact that came with a message (MSG-34). */
export const Attachment = z.strictObject({ artifactId: Id, name: z.string().min(1).max(200).optional() });

/** One message as it is shown. */
export const Message = z.object({
  id: MessageId,
  threadId: MessageId.describe("Id of the thread's first message (MSG-66)"),
  replyTo: MessageId.nullable(),
  from: Sender,
  to: z.string().describe("Canonical agent id, or the selector of a fan-out (MSG-23)"),
  subject: z.string().nullable(),
  body: z.string(),
  nextOffset: z
    .number()
    .int()
    .optional()
    .describe(
      "Only where the body is cut: give it as offset of messages.get, relay_get_message, for the rest (MCP-30)",
    ),
  channel: z.string().nullable(),
  payload: z.record(z.string(), z.unknown()).nullable(),
  attachments: z.array(Attachment),
  priority: Priority,
  delivery: DeliveryMode,
  replyExpected: z.boolean(),
  createdAt: Timestamp,
  receipt: Receipt,
});
export type Message = z.infer<typeof Message>;

export const MessagePage = z.object({ messages: z.array(Message), count: z.number().int(), nextCursor: NextCursor });
export type MessagePage = z.infer<typeof MessagePage>;

/** Most characters of a body that are typed into a session (MSG-50). */
export const longestInjected = 4_000;

/** What a runner gets of one message to its agent (MSG-46). */
export const Mail = z.object({
  id: MessageId,
  from: Sender,
  subject: z.string().nullable(),
  body: z.string().describe("Its first 4,000 characters"),
  missing: z.number().int().describe("Characters of the body beyond those"),
  urgent: z.boolean().describe("To be injected also while a turn is under way (MSG-47)"),
  replyExpected: z.boolean(),
});
export type Mail = z.infer<typeof Mail>;

/** One item of a runner's stream: something to inject, or one that must not be injected any more (MSG-53). */
export const MailItem = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("mail"), mail: Mail }),
  z.object({ kind: z.literal("withdrawn"), id: MessageId }),
]);
export type MailItem = z.infer<typeof MailItem>;
