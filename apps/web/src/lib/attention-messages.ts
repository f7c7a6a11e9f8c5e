import type { AttentionItem } from "./attention.ts";
import { failureInWords, nameOf, stuckSince, targetName } from "./message-words.ts";
import { redeliveryOf } from "./redelivery.ts";
import type { Message, Recipient } from "./types.ts";
import { count } from "./words.ts";

/** Address of the thread of a message. */
export const messageHref = (id: number) => `/messages/${id}`;

interface Pair {
  names: [string, string];
  held: { message: Message; recipient: Recipient }[];
}

/** The pairs of agents that the loop guard stopped, each with what it holds in order (MSG-61). */
function pairsOf(messages: readonly Message[]): Map<string, Pair> {
  const pairs = new Map<string, Pair>();
  for (const message of messages.toSorted((a, b) => a.id - b.id)) {
    for (const recipient of message.receipt.recipients.filter(({ state }) => state === "held")) {
      const key = [message.from.id ?? message.from.name, recipient.agentId].toSorted().join(" ");
      const pair = pairs.get(key) ?? { names: [message.from.name, nameOf(recipient)], held: [] };
      pairs.set(key, pair);
      pair.held.push({ message, recipient });
    }
  }
  return pairs;
}

const base = { detail: null, acts: [], agentId: null } as const;

function ofPair(key: string, { names, held }: Pair): AttentionItem[] {
  const [first] = held;
  if (!first) return [];
  const href = messageHref(first.message.id);
  const wait = held.length === 1 ? "message between them waits" : `messages between them wait`;
  return [
    {
      ...base,
      id: `held:${key}`,
      kind: "Messages held",
      rank: 0,
      tone: "amber",
      shape: "bar",
      subject: names.join(" and "),
      href,
      reason: `${held.length} ${wait} for a person: the two wrote back and forth on their own`,
      since: stuckSince(first.recipient),
      action: { label: "Open thread", href },
      redelivery: {
        word: "Release",
        messageId: first.message.id,
        agentIds: [first.recipient.agentId],
        refusal: null,
      },
    },
  ];
}

/** "the agent stayed busy", or for one of many "2 of 5 recipients: …". */
function failuresInWords(failed: readonly Recipient[], all: number): string {
  const why = [...new Set(failed.map(({ reason }) => failureInWords(reason)))].join("; ");
  const who = all > 1 ? `${failed.length} of ${count(all, "recipient")}: ` : "";
  return `It was not delivered: ${who}${why}`;
}

function undelivered(message: Message): AttentionItem[] {
  const { recipients } = message.receipt;
  const failed = recipients.filter(({ state }) => state === "undeliverable");
  const since = failed.map(stuckSince).toSorted().at(-1);
  if (!since) return [];
  const href = messageHref(message.id);
  const redelivery = redeliveryOf(message.id, failed);
  const [only, ...others] = failed;
  const toAgent = { label: "Open agent", href: `/agents/${encodeURIComponent(only?.agentId ?? "")}` };
  return [
    {
      ...base,
      id: `message:${message.id}:${failed.length}`,
      kind: "Message not delivered",
      rank: 1,
      tone: "red",
      shape: "cross",
      subject: `Message ${message.id} to ${targetName(message)}`,
      href,
      reason: failuresInWords(failed, recipients.length),
      since,
      // One that has ended must be restarted before anything reaches it.
      action: redelivery?.refusal && others.length === 0 ? toAgent : { label: "Open thread", href },
      redelivery,
    },
  ];
}

/** What agents' messages held by the loop guard and people's messages that did not arrive ask of a person (MSG-57, MSG-61). */
export const ofMessages = (messages: readonly Message[]): AttentionItem[] => [
  ...[...pairsOf(messages)].flatMap(([key, pair]) => ofPair(key, pair)),
  ...messages.filter(({ from }) => from.kind === "person").flatMap(undelivered),
];
