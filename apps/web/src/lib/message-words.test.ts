import { expect, test } from "vitest";
import { folded } from "./folding.ts";
import { ladder, messageSignal, recipientSignal, targetName, titleOf, whyInWords } from "./message-words.ts";
import { redeliveryOf, redeliveryToAll } from "./redelivery.ts";
import { answerable, threadsOf } from "./threads.ts";
import type { Message, Recipient } from "./types.ts";

const at = "2026-01-02T12:00:00.000Z";
const recipient = (part: Partial<Recipient>): Recipient => ({
  agentId: "claude-aaaaaa",
  rung: "accepted",
  at,
  state: "waiting",
  times: { accepted: at },
  deadlineAt: null,
  agent: { label: "Ann", status: "idle" },
  ...part,
});
const message = (id: number, recipients: Recipient[], part: Partial<Message> = {}) =>
  ({
    id,
    threadId: id,
    from: { kind: "person", id: null, name: "Jo" },
    to: recipients.length === 1 ? recipients[0]?.agentId : "tag:docs",
    subject: null,
    body: "hello",
    receipt: { delivered: false, expectReply: true, recipients },
    ...part,
  }) as Message;

test("[MSG-39] [CON-44] the ladder has all rungs in order; what is not reached has no time", () => {
  const steps = ladder({ times: { accepted: at, sent: at } });
  expect(steps.map(({ word }) => word)).toEqual(["Accepted", "Sent", "Injected", "Seen", "Answered"]);
  expect(steps.map((step) => step.at)).toEqual([at, at, null, null, null]);
});

test("[MSG-56] [MSG-61] why it waits, is held or did not arrive is said in words", () => {
  const why = (part: Partial<Recipient>) => whyInWords(recipient(part));
  expect(why({ agent: { label: null, status: "busy" } })).toBe("Waits: the agent is busy");
  expect(why({ agent: { label: null, status: "offline" }, reason: "offline" })).toBe("Waits: the agent is offline");
  expect(why({ agentId: "shell-aaaaaa", agent: { label: null, status: "online" } })).toMatch(/Waits: .* its inbox/);
  expect(why({ state: "held", reason: "loop_guard" })).toMatch(/^Held: .* a person must release it/);
  expect(why({ state: "undeliverable", reason: "host_offline" })).toBe("Not delivered: the host is offline");
  expect(why({ state: "undeliverable", reason: "agent_busy" })).toBe("Not delivered: the agent stayed busy");
  expect(why({ state: "undeliverable", reason: "something_new" })).toBe("Not delivered: something_new");
  expect(why({ state: "delivered", rung: "seen" })).toBeNull();
});

test("[CON-62] each state has a word and a shape of its own", () => {
  const states = [
    recipient({}),
    recipient({ state: "held" }),
    recipient({ state: "undeliverable" }),
    ...(["injected", "seen", "answered"] as const).map((rung) => recipient({ state: "delivered", rung })),
  ].map(recipientSignal);
  expect(new Set(states.map(({ word }) => word)).size).toBe(6);
  expect(new Set(states.map(({ shape }) => shape)).size).toBe(6);
});

test("[MSG-41] of many recipients the worst is told with its number; nobody and people are said", () => {
  const [there, waits] = [recipient({ state: "delivered", rung: "injected" }), recipient({})];
  const [held, failed] = [recipient({ state: "held" }), recipient({ state: "undeliverable" })];
  const word = (...recipients: Recipient[]) => messageSignal(message(1, recipients)).word;
  expect(word(there, waits, held, failed)).toBe("1 of 4 not delivered");
  expect(word(there, waits, held)).toBe("1 of 3 held");
  expect(word(there, waits)).toBe("1 of 2 delivered");
  expect(word(there, there)).toBe("All 2 delivered");
  expect(word(there)).toBe("Injected");
  expect(word()).toBe("No recipient");
  const receipt = { delivered: false, expectReply: false, recipients: [], reason: "sender_is_no_agent" };
  expect(messageSignal({ receipt }).word).toBe("To people");
});

test("[MSG-58] what helps: release what is held, send again what failed, and not to one that has ended", () => {
  const failed = recipient({ state: "undeliverable" });
  const ended = recipient({
    agentId: "claude-cccccc",
    state: "undeliverable",
    agent: { label: null, status: "exited" },
  });
  expect(redeliveryOf(4, [recipient({})])).toBeNull();
  expect(redeliveryOf(4, [failed, recipient({ agentId: "claude-bbbbbb", state: "held" })])).toEqual({
    word: "Release",
    messageId: 4,
    agentIds: ["claude-bbbbbb"],
    refusal: null,
  });
  expect(redeliveryOf(4, [failed, ended])).toEqual({
    word: "Send again",
    messageId: 4,
    agentIds: ["claude-aaaaaa"],
    refusal: null,
  });
  expect(redeliveryOf(4, [ended])).toMatchObject({ refusal: "The agent has ended; restart it first" });
  expect(redeliveryToAll(message(4, [failed]))).toBeNull();
  const other = { ...failed, agentId: "claude-bbbbbb" };
  expect(redeliveryToAll(message(4, [failed, other]))).toMatchObject({ label: "Send again to 2 recipients" });
});

test("[CON-44] messages are listed as threads, in the order of their newest message", () => {
  const page = [message(9, [], { threadId: 3 }), message(8, []), message(4, [], { threadId: 3, subject: "Plan" })];
  const threads = threadsOf(page).map(({ threadId, newest, ...rest }) => ({ threadId, newest: newest.id, ...rest }));
  expect(threads).toEqual([
    { threadId: 3, newest: 9, messages: 2, subject: "Plan" },
    { threadId: 8, newest: 8, messages: 1, subject: null },
  ]);
});

test("[MSG-63] an answer goes to the newest message that an agent wrote", () => {
  const agent = { kind: "agent", id: "claude-aaaaaa", name: "Ann" } as const;
  const mine = message(3, []);
  expect(answerable([message(1, [], { from: agent }), message(2, [], { from: agent }), mine])?.id).toBe(2);
  expect(answerable([mine])).toBeNull();
});

test("[CON-44] a message is named by its subject, else its first line, and its target by its label", () => {
  expect(titleOf({ subject: "Plan", body: "text" })).toBe("Plan");
  expect(titleOf({ subject: null, body: "\n\n  first words\nmore" })).toBe("first words");
  expect(targetName(message(1, [recipient({})]))).toBe("Ann");
  expect(targetName(message(1, [recipient({}), recipient({ agentId: "x" })]))).toBe("tag:docs");
});

test("[CON-46] a long text is folded by characters and by lines, a short one is not", () => {
  expect(folded("short\ntext")).toBeNull();
  expect(folded("x".repeat(2_001))).toHaveLength(1_600);
  expect(folded("line\n".repeat(40))?.split("\n")).toHaveLength(20);
});
