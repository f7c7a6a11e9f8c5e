import type { Problem } from "@signalbox/api/contracts";
import type { AgentCard, SendMessageInput } from "./types.ts";

/** What the form holds; an empty text stands for none. */
export interface ComposeValues {
  to: string;
  subject: string;
  body: string;
  channel: string;
  urgent: boolean;
  /** Only with `urgent` (MSG-47). */
  steer: boolean;
  replyExpected: boolean;
}

export const emptyMessage = (to: string): ComposeValues => ({
  to,
  subject: "",
  body: "",
  channel: "",
  urgent: false,
  steer: false,
  replyExpected: true,
});

/** How it is sent: one key per opening, so that pressing twice sends once (MSG-36). */
interface Sending {
  /** The signed-in name (MSG-33). */
  from: string;
  idempotencyKey: string;
}

type Content = Pick<ComposeValues, "body" | "urgent" | "steer">;

/** What a new message and a reply have in common; `steer` goes only with `urgent`. */
export const contentOf = ({ body, urgent, steer }: Content, { from, idempotencyKey }: Sending) => ({
  body,
  from,
  idempotencyKey,
  ...(urgent ? { priority: "urgent" as const } : {}),
  ...(urgent && steer ? { delivery: "steer" as const } : {}),
});

/** What is sent; empty fields are left out. */
export function toSend(values: ComposeValues, sending: Sending): SendMessageInput {
  const { to, subject, channel, replyExpected } = values;
  return {
    to: to.trim(),
    ...contentOf(values, sending),
    ...(subject.trim() ? { subject: subject.trim() } : {}),
    ...(channel.trim() ? { channel: channel.trim() } : {}),
    ...(replyExpected ? {} : { replyExpected }),
  };
}

/** The field of the form that a refusal names; null when it is none of them. */
export function refusedField(problem: Problem | null): keyof ComposeValues | null {
  const field = problem?.field ?? "";
  if (field === "priority" || field === "delivery") return "urgent";
  return Object.hasOwn(emptyMessage(""), field) ? (field as keyof ComposeValues) : null;
}

/** The earlier text was sent although its answer did not come back, and this is another text (MSG-36). */
export const wasSentBefore = (problem: Problem | null): boolean => problem?.field === "idempotencyKey";

/** What is said then; a new key is taken, so sending again sends the new text. */
export const sentBefore = (problem: Problem): Problem => ({
  ...problem,
  message: "The message was already sent as it was before your last change",
  next: "To send this text as another message, send again.",
});

/** Something that can stand in the field "To". */
export interface Suggestion {
  value: string;
  about: string;
}

const mostSuggested = 8;

/** What of the typed text agents are looked up by: a label to be completed, or part of a name; a tag or capability is none. */
export function lookedUp(typed: string): string {
  const [, selector, rest = ""] = /^(\w+):(.*)$/.exec(typed) ?? [];
  if (selector === undefined) return typed;
  return selector === "label" ? rest : "";
}

/** Agents and selectors that what is typed may become (CON-45). */
export function suggestions(
  typed: string,
  agents: readonly Pick<AgentCard, "id" | "label" | "tags" | "capabilities">[],
) {
  const text = typed.trim().toLowerCase();
  const ofAgents = agents.map(({ id, label }) => ({ value: id, about: label ?? "" }));
  const selectors = (prefix: string, values: string[], about: string) =>
    [...new Set(values)].toSorted().map((value) => ({ value: `${prefix}:${value}`, about: `${about} ${value}` }));
  const all: Suggestion[] = [
    ...ofAgents,
    { value: "broadcast", about: "every running agent" },
    ...selectors(
      "tag",
      agents.flatMap(({ tags }) => tags),
      "every running agent with the tag",
    ),
    ...selectors(
      "cap",
      agents.flatMap(({ capabilities }) => capabilities),
      "every running agent with the capability",
    ),
    // A label by itself finds its agent above.
    ...selectors(
      "label",
      text.startsWith("label") ? agents.flatMap(({ label }) => label ?? []) : [],
      "every running agent with the label",
    ),
  ];
  const matches = ({ value, about }: Suggestion) =>
    value !== typed.trim() && (value.toLowerCase().includes(text) || about.toLowerCase().includes(text));
  return all.filter(matches).slice(0, mostSuggested);
}
