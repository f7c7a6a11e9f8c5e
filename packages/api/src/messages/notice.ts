import type { Services } from "../context.ts";
import type { Unit } from "../unit.ts";

interface Notice {
  /** Agent that is told. */
  to: string;
  subject: string;
  /** At most 262,144 bytes (MSG-32). */
  body: string;
}

/** The relay tells an agent something, in the transaction of what it tells of; nobody is told when it does not arrive (MSG-57). */
export async function notify(services: Services, unit: Unit, { to, subject, body }: Notice): Promise<void> {
  const sender = { senderKind: "relay", senderName: "relay", senderKey: "relay" };
  const deliverWithin = services.settings["messages.injectWithinSeconds"];
  const manner = { priority: "normal", delivery: "wait", replyExpected: false, deliverWithin };
  const { id } = await unit.tx.message.create({
    data: { ...sender, ...manner, target: to, subject: subject.slice(0, 200), body, createdAt: unit.now },
  });
  await unit.tx.delivery.create({
    data: {
      messageId: id,
      agentId: to,
      state: "waiting",
      rung: "accepted",
      acceptedAt: unit.now,
      deadlineAt: new Date(unit.now.getTime() + deliverWithin * 1000),
    },
  });
  unit.ring(`mail:${to}`);
  unit.publish({ type: "message", id: String(id) });
}
