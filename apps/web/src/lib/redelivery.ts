import type { Message, Recipient } from "./types.ts";
import { count, hasEnded } from "./words.ts";

/**
 * A button that gives a message a new try: what it says, for whom, and why it cannot be pressed now. To release one that is
 * held lets all go on that is held between the two (MSG-61).
 */
export interface Redelivery {
  word: "Release" | "Send again";
  messageId: number;
  agentIds: string[];
  refusal: string | null;
}

const isGone = ({ agent }: Pick<Recipient, "agent">): boolean => agent !== undefined && hasEnded(agent.status);

/** What helps one recipient of a message; null while nothing is to be done (MSG-58, MSG-61). */
export function redeliveryOf(messageId: number, recipients: readonly Recipient[]): Redelivery | null {
  const of = (state: Recipient["state"]) => recipients.filter((one) => one.state === state);
  const [held, failed] = [of("held"), of("undeliverable")];
  const idsOf = (some: Recipient[]): string[] => some.map(({ agentId }) => agentId);
  if (held.length > 0) return { word: "Release", messageId, agentIds: idsOf(held), refusal: null };
  if (failed.length === 0) return null;
  const within = failed.filter((one) => !isGone(one));
  const ended = failed.length === 1 ? "The agent has ended; restart it first" : "All of them have ended";
  if (within.length === 0) return { word: "Send again", messageId, agentIds: idsOf(failed), refusal: ended };
  return { word: "Send again", messageId, agentIds: idsOf(within), refusal: null };
}

/** The same for all recipients of a message, when there is more than one of them to help. */
export function redeliveryToAll({
  id,
  receipt,
}: Pick<Message, "id" | "receipt">): ({ label: string } & Redelivery) | null {
  const all = redeliveryOf(id, receipt.recipients);
  if (!all || all.agentIds.length < 2) return null;
  return { ...all, label: `${all.word} to ${count(all.agentIds.length, "recipient")}` };
}
