import type { Message, Recipient } from "./types.ts";
import { count } from "./words.ts";

/** One message to one recipient that a person can let go on. */
export interface Stuck {
  messageId: number;
  agentId: string;
}

/** A button that gives messages a new try: what it says, for what, and why it cannot be pressed now. */
export interface Redelivery {
  word: "Release" | "Send again";
  stuck: readonly Stuck[];
  refusal: string | null;
}

/** The calls of `messages.redeliver` that it takes, one for each message, in their order (MSG-61). */
export function callsOf(stuck: readonly Stuck[]): { messageId: number; agentIds: string[] }[] {
  const calls = new Map<number, string[]>();
  for (const { messageId, agentId } of stuck) calls.set(messageId, [...(calls.get(messageId) ?? []), agentId]);
  return [...calls]
    .map(([messageId, agentIds]) => ({ messageId, agentIds }))
    .toSorted((a, b) => a.messageId - b.messageId);
}

const hasEnded = ({ agent }: Pick<Recipient, "agent">): boolean =>
  agent !== undefined && (agent.status === "exited" || agent.status === "failed");

/** What helps one recipient of a message; null while nothing is to be done (MSG-58, MSG-61). */
export function redeliveryOf(messageId: number, recipients: readonly Recipient[]): Redelivery | null {
  const of = (state: Recipient["state"]) => recipients.filter((one) => one.state === state);
  const [held, failed] = [of("held"), of("undeliverable")];
  const toStuck = ({ agentId }: Recipient): Stuck => ({ messageId, agentId });
  if (held.length > 0) return { word: "Release", stuck: held.map(toStuck), refusal: null };
  if (failed.length === 0) return null;
  const within = failed.filter((one) => !hasEnded(one));
  const ended = failed.length === 1 ? "The agent has ended; restart it first" : "All of them have ended";
  if (within.length === 0) return { word: "Send again", stuck: failed.map(toStuck), refusal: ended };
  return { word: "Send again", stuck: within.map(toStuck), refusal: null };
}

/** The same for all recipients of a message, when there is more than one of them to help. */
export function redeliveryToAll({
  id,
  receipt,
}: Pick<Message, "id" | "receipt">): ({ label: string } & Redelivery) | null {
  const all = redeliveryOf(id, receipt.recipients);
  if (!all || all.stuck.length < 2) return null;
  return { ...all, label: `${all.word} to ${count(all.stuck.length, "recipient")}` };
}
