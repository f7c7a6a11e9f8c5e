import { type DeliveryState, deliveryStates, type Rung, rungs, type UndeliveredReason } from "@signalbox/api/contracts";
import type { Message, Recipient } from "./types.ts";
import { type Signal, signalOf } from "./words.ts";

const rungWords: Record<Rung, { word: string; means: string }> = {
  accepted: { word: "Accepted", means: "stored by the relay" },
  sent: { word: "Sent", means: "its runner holds it" },
  injected: { word: "Injected", means: "written into its session" },
  seen: { word: "Seen", means: "it was read in a turn or from the inbox" },
  answered: { word: "Answered", means: "it replied" },
};

/** One rung of a receipt; `at` is null while it is not reached. */
export interface Step {
  rung: Rung;
  word: string;
  means: string;
  at: string | null;
}

/** The whole ladder of one recipient, what is not reached too (MSG-39). */
export const ladder = ({ times }: Pick<Recipient, "times">): Step[] =>
  rungs.map((rung) => ({ rung, ...rungWords[rung], at: times[rung] ?? null }));

const states: Record<DeliveryState, Signal> = {
  waiting: { word: "Waits", tone: "blue", shape: "dash" },
  held: { word: "Held", tone: "amber", shape: "bar" },
  delivered: { word: "Delivered", tone: "green", shape: "check" },
  undeliverable: { word: "Not delivered", tone: "red", shape: "cross" },
};

/** The states to choose from. */
export const stateOptions = deliveryStates.map((value) => ({ value, label: states[value].word }));

const reached: Partial<Record<Rung, Signal>> = {
  injected: { word: "Injected", tone: "green", shape: "ring" },
  seen: { word: "Seen", tone: "green", shape: "full" },
  answered: { word: "Answered", tone: "green", shape: "check" },
};

/** How it stands with one recipient: the state, or once delivered how far it came. */
export function recipientSignal({ state, rung }: Pick<Recipient, "state" | "rung">): Signal {
  return (state === "delivered" ? reached[rung] : undefined) ?? signalOf(states, state);
}

const toPeople: Signal = { word: "To people", tone: "grey", shape: "check" };
const toNobody: Signal = { word: "No recipient", tone: "grey", shape: "dash" };

/** How it stands with a message; of many recipients the worst is told (MSG-41). */
export function messageSignal({ receipt: { recipients, reason } }: Pick<Message, "receipt">): Signal {
  const [only, ...others] = recipients;
  if (!only) return reason === "sender_is_no_agent" ? toPeople : toNobody;
  if (others.length === 0) return recipientSignal(only);
  const all = recipients.length;
  const many = (state: DeliveryState) => recipients.filter((one) => one.state === state).length;
  const [failed, held, done] = [many("undeliverable"), many("held"), many("delivered")];
  if (failed > 0) return { ...signalOf(states, "undeliverable"), word: `${failed} of ${all} not delivered` };
  if (held > 0) return { ...signalOf(states, "held"), word: `${held} of ${all} held` };
  if (done < all) return { ...signalOf(states, "waiting"), word: `${done} of ${all} delivered` };
  return { ...signalOf(states, "delivered"), word: `All ${all} delivered` };
}

const failures: Record<UndeliveredReason, string> = {
  agent_busy: "the agent stayed busy",
  agent_blocked: "the agent stayed blocked and waits for a person",
  not_connected: "the agent did not take it",
  host_offline: "the host is offline",
  agent_ended: "the agent has ended",
  policy_not_running: "its policy does not run",
  loop_guard: "the two wrote back and forth without a person",
};

const waits: Record<string, string> = {
  spawning: "the agent is being started",
  busy: "the agent is busy",
  blocked: "the agent is blocked and waits for a person",
  stale: "the agent is out of touch",
  offline: "the agent is offline",
  exited: "the agent has ended",
  failed: "the agent has ended",
};

const isKnown = (reason: string): reason is UndeliveredReason => Object.hasOwn(failures, reason);

/** Why a recipient failed to get it: "the agent stayed busy"; a reason that is not known yet by its raw name. */
export const failureInWords = (reason = "not reached"): string => (isKnown(reason) ? failures[reason] : reason);

const isScript = (agentId: string): boolean => agentId.startsWith("shell-");

function waitInWords({ agentId, agent, reason }: Recipient): string {
  const known = waits[agent?.status ?? ""];
  const gone = agent && !["online", "idle", "busy", "blocked"].includes(agent.status);
  if (isScript(agentId) && agent && !gone) return "a script is not written into; it reads its inbox when it asks";
  return known ?? reason ?? "the agent takes it next";
}

/** Why it waits, is held or was not delivered, in words; null once it is delivered (MSG-56, MSG-61). */
export function whyInWords(recipient: Recipient): string | null {
  switch (recipient.state) {
    case "waiting":
      return `Waits: ${waitInWords(recipient)}`;
    case "held":
      return "Held: the two wrote back and forth without a person, so a person must release it";
    case "undeliverable":
      return `Not delivered: ${failureInWords(recipient.reason)}`;
    default:
      return null;
  }
}

/** Since when a message is held for a recipient, or counts as not delivered. */
export const stuckSince = ({ state, times, at, deadlineAt }: Recipient): string =>
  (state === "undeliverable" ? deadlineAt : times.accepted) ?? at;

/** What a recipient is called. */
export const nameOf = ({ agentId, agent }: Pick<Recipient, "agentId" | "agent">): string => agent?.label ?? agentId;

/** Whom a message was written to, as people say it. */
export function targetName({ to, receipt }: Pick<Message, "to" | "receipt">): string {
  const one = receipt.recipients.find(({ agentId }) => agentId === to);
  return one ? nameOf(one) : to === "broadcast" ? "everybody" : to;
}

/** What a message is about: its subject, else the first line that has words. */
export const titleOf = ({ subject, body }: Pick<Message, "subject" | "body">): string =>
  subject || (body.split("\n").find((line) => line.trim()) ?? "(empty)").trim().slice(0, 200);
