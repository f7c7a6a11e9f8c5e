import { expect, test } from "vitest";
import { attention } from "./attention.ts";
import type { Message, Recipient } from "./types.ts";

const now = Date.parse("2026-01-02T12:00:00.000Z");
const hoursAgo = (hours: number) => new Date(now - hours * 3_600_000).toISOString();
const agents = { a: "claude-aaaaaa", b: "claude-bbbbbb", c: "claude-cccccc" };
const recipient = (agentId: string, part: Partial<Recipient>): Recipient => ({
  agentId,
  rung: "accepted",
  at: hoursAgo(2),
  state: "held",
  times: { accepted: hoursAgo(2) },
  deadlineAt: null,
  agent: { label: `Agent ${agentId.at(-1)}`, status: "idle" },
  ...part,
});
const from = (id: string | null) =>
  ({ kind: id ? "agent" : "person", id, name: id ? `Agent ${id.at(-1)}` : "Jo" }) as Message["from"];
const message = (id: number, sender: string | null, recipients: Recipient[], to = recipients[0]?.agentId) =>
  ({ id, threadId: id, from: from(sender), to, receipt: { recipients } }) as Message;
const items = (messages: Message[]) => attention({ agents: [], workspaces: [], hosts: [], messages, now });

test("[CON-15] [MSG-61] held messages are shown once per pair, with all that a release lets go on, in order", () => {
  const found = items([
    message(8, agents.b, [recipient(agents.a, { at: hoursAgo(1), times: { accepted: hoursAgo(1) } })]),
    message(7, agents.a, [recipient(agents.b, {}), recipient(agents.c, { state: "delivered" })], "tag:x"),
  ]);
  expect(found).toMatchObject([
    {
      kind: "Messages held",
      rank: 0,
      subject: "Agent a and Agent b",
      href: "/messages/7",
      reason: "2 messages between them wait for a person: the two wrote back and forth on their own",
      since: hoursAgo(2),
      redelivery: {
        word: "Release",
        messageId: 7,
        agentIds: [agents.b],
      },
    },
  ]);
});

test("[CON-15] [MSG-57] a person's message that was not delivered says to whom, why and since when, and can be sent again", () => {
  const failed = { state: "undeliverable", reason: "agent_busy", deadlineAt: hoursAgo(1) } as const;
  expect(items([message(12, null, [recipient(agents.a, failed)])])).toMatchObject([
    {
      kind: "Message not delivered",
      rank: 1,
      subject: "Message 12 to Agent a",
      reason: "It was not delivered: the agent stayed busy",
      since: hoursAgo(1),
      action: { label: "Open thread", href: "/messages/12" },
      redelivery: { word: "Send again", messageId: 12, agentIds: [agents.a], refusal: null },
    },
  ]);
  const many = [recipient(agents.a, failed), recipient(agents.b, { state: "delivered" })];
  expect(items([message(13, null, many, "tag:docs")])).toMatchObject([
    {
      subject: "Message 13 to tag:docs",
      reason: "It was not delivered: 1 of 2 recipients: the agent stayed busy",
    },
  ]);
});

test("[CON-15] where the only recipient has ended, the item leads to it, since nothing can be sent again before a restart", () => {
  const agent = { label: "Ann", status: "exited" } as const;
  const failed = { state: "undeliverable", reason: "agent_ended", deadlineAt: hoursAgo(1), agent } as const;
  expect(items([message(12, null, [recipient(agents.a, failed)])])).toMatchObject([
    {
      href: "/messages/12",
      action: { label: "Open agent", href: `/agents/${agents.a}` },
      redelivery: { refusal: "The agent has ended; restart it first" },
    },
  ]);
});

test("[MSG-57] what an agent wrote in vain is told to that agent, not to people", () => {
  const failed = recipient(agents.b, { state: "undeliverable", reason: "agent_ended", deadlineAt: hoursAgo(1) });
  expect(items([message(12, agents.a, [failed])])).toEqual([]);
});

test("[CON-17] a message that was not delivered goes after 24 hours, one that is held does not", () => {
  const failed = { state: "undeliverable", reason: "agent_busy", deadlineAt: hoursAgo(25) } as const;
  const old = { times: { accepted: hoursAgo(30) } };
  const found = items([
    message(1, null, [recipient(agents.a, failed)]),
    message(2, agents.a, [recipient(agents.b, old)]),
  ]);
  expect(found.map(({ kind }) => kind)).toEqual(["Messages held"]);
});

test("[CON-16] held messages come before what failed", () => {
  const failed = { state: "undeliverable", reason: "agent_busy", deadlineAt: hoursAgo(3) } as const;
  const found = items([
    message(1, null, [recipient(agents.a, failed)]),
    message(2, agents.a, [recipient(agents.b, {})]),
  ]);
  expect(found.map(({ kind }) => kind)).toEqual(["Messages held", "Message not delivered"]);
});
