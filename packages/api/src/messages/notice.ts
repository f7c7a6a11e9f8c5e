import type { Services } from "../context.ts";
import type { SqlUnit } from "../unit.ts";
import { insertDeliveries, insertMessages } from "./rows.ts";

interface Notice {
  /** Agent that is told. */
  to: string;
  subject: string;
  /** At most 262,144 bytes (MSG-32). */
  body: string;
  /** The message that it is about, and the thread that it goes on. */
  about?: { replyTo: number; threadId: number };
}

/** The relay tells an agent something, in the transaction of what it tells of; nobody is told when it does not arrive (MSG-57). */
export async function notify(services: Services, unit: SqlUnit, { to, subject, body, about }: Notice): Promise<void> {
  const { now } = unit;
  const deliverWithin = services.settings["messages.injectWithinSeconds"];
  const [messageId] = await insertMessages(unit, [
    {
      threadId: about?.threadId ?? null,
      replyTo: about?.replyTo ?? null,
      senderKind: "relay",
      senderAgentId: null,
      senderName: "relay",
      senderKey: "relay",
      target: to,
      subject: subject.slice(0, 200),
      body,
      channel: null,
      payload: null,
      attachments: "[]",
      priority: "normal",
      delivery: "wait",
      replyExpected: false,
      idempotencyKey: null,
      digest: null,
      deliverWithin,
      createdAt: now,
      bouncedAt: null,
    },
  ]);
  if (messageId === undefined) throw new Error("The database answered no id for a message that it stored");
  await insertDeliveries(unit, [
    {
      messageId,
      agentId: to,
      senderAgentId: null,
      state: "waiting",
      rung: "accepted",
      reason: null,
      acceptedAt: now,
      deadlineAt: new Date(now.getTime() + deliverWithin * 1000),
    },
  ]);
  unit.ring(`mail:${to}`);
  unit.publish({ type: "message", id: String(messageId) });
}
