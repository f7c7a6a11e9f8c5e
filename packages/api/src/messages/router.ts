import { MessagePage } from "../contracts/index.ts";
import { router, scoped } from "../trpc.ts";
import * as deliver from "./deliver.ts";
import * as reading from "./read.ts";
import { redeliver } from "./redeliver.ts";
import { recipients } from "./references.ts";
import {
  Acknowledged,
  AcknowledgeMessages,
  GetMessage,
  GetRecipients,
  GetThread,
  GotMessage,
  Inbox,
  ListMessages,
  Recipients,
  Redeliver,
  Redelivered,
  ReplyMessage,
  SendMessage,
  SentMessage,
  SubscribeMessages,
} from "./schema.ts";
import { reply, send } from "./send.ts";

export const messagesRouter = router({
  send: scoped("message:send")
    .meta({
      rest: "POST /messages",
      mcp: {
        name: "relay_send_message",
        title: "Send a message",
        description:
          "Writes to an agent or, by tag:x, cap:x or broadcast, to many. The answer means stored; delivery says how far it came, relay_get_message later. Give idempotencyKey to make a repeat send nothing new.",
      },
    })
    .input(SendMessage)
    .output(SentMessage)
    .mutation(({ ctx, input }) => send(ctx, input)),
  reply: scoped("message:send")
    .meta({
      rest: "POST /messages/{messageId}/reply",
      mcp: {
        name: "relay_reply",
        title: "Reply to a message",
        description:
          "Answers whoever wrote a message, in its thread. delivery says whether they can be reached. Give idempotencyKey to make a repeat send nothing new.",
      },
    })
    .input(ReplyMessage)
    .output(SentMessage)
    .mutation(({ ctx, input }) => reply(ctx, input)),
  inbox: scoped("message:read")
    .meta({
      rest: "GET /inbox",
      mcp: {
        name: "relay_inbox",
        title: "Read your messages",
        description:
          "What was written to you and you have not seen, oldest first; it then counts as seen. nextOffset is where a body is cut: give it to relay_get_message as offset.",
        hints: { idempotent: true },
      },
    })
    .input(Inbox)
    .output(MessagePage)
    .query(({ ctx, input }) => reading.inbox(ctx, input)),
  get: scoped("message:read")
    .meta({
      rest: "GET /messages/{messageId}",
      mcp: {
        name: "relay_get_message",
        title: "Read a message",
        description: "One message in full, with how far it came for each recipient. One to you then counts as seen.",
        hints: { idempotent: true },
      },
    })
    .input(GetMessage)
    .output(GotMessage)
    .query(({ ctx, input }) => reading.get(ctx, input)),
  thread: scoped("message:read")
    .meta({
      rest: "GET /messages/{messageId}/thread",
      mcp: {
        name: "relay_get_thread",
        title: "Read a thread",
        description:
          "The exchange that a message belongs to, oldest first. What is to you then counts as seen. nextOffset is where a body is cut: give it to relay_get_message as offset.",
        hints: { idempotent: true },
      },
    })
    .input(GetThread)
    .output(MessagePage)
    .query(({ ctx, input }) => reading.thread(ctx, input)),
  list: scoped("message:read")
    .meta({ rest: "GET /messages" })
    .input(ListMessages)
    .output(MessagePage)
    .query(({ ctx, input }) => reading.list(ctx, input)),
  recipients: scoped("message:read")
    .meta({ rest: "GET /recipients" })
    .input(GetRecipients)
    .output(Recipients)
    .query(({ ctx, input }) => recipients(ctx, input)),
  redeliver: scoped("message:send")
    .meta({ rest: "POST /messages/{messageId}/redeliver" })
    .input(Redeliver)
    .output(Redelivered)
    .mutation(({ ctx, input }) => redeliver(ctx, input)),
  subscribe: scoped("message:read")
    .input(SubscribeMessages)
    .subscription(({ ctx, input, signal }) => deliver.subscribe(ctx, input, signal)),
  acknowledge: scoped("agent:write")
    .input(AcknowledgeMessages)
    .output(Acknowledged)
    .mutation(({ ctx, input }) => deliver.acknowledge(ctx, input)),
});
