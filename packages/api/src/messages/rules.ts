import {
  type AgentState,
  type DeliveryState,
  endedStates,
  type Rung,
  rungs,
  runningStates,
  type UndeliveredReason,
} from "../contracts/index.ts";

/** Rungs below this one: what a report of it may still raise (MSG-40). */
export const below = (rung: Rung): Rung[] => rungs.slice(0, rungs.indexOf(rung));

/** What stands in the session or was read: from here on a message is delivered (MSG-42). */
const arrived: readonly Rung[] = ["injected", "seen", "answered"];
export const isArrived = (rung: Rung): boolean => arrived.includes(rung);

/** One message between two agents, or a person's word or release that lets them begin anew. */
export type Passed = { by: string } | "person";

/**
 * How many exchanges there were since a person last stepped in: one is a message from one of the two followed by one
 * back (MSG-60). `passed` is in order of acceptance.
 */
export function exchanges(passed: Passed[]): number {
  let count = 0;
  let opener: string | null = null;
  for (const one of passed) {
    if (one === "person") [count, opener] = [0, null];
    else if (opener === null) opener = one.by;
    else if (one.by !== opener) [count, opener] = [count + 1, null];
  }
  return count;
}

/** State of a message to an agent in this state, when it is accepted (MSG-43). */
export function firstState(agent: AgentState): { state: DeliveryState; reason: UndeliveredReason | null } {
  return (endedStates as readonly string[]).includes(agent)
    ? { state: "undeliverable", reason: "agent_ended" }
    : { state: "waiting", reason: null };
}

/** Whether an agent could be reached now (MSG-42, MSG-43). */
export const reachable = (state: AgentState | undefined): boolean =>
  state === "spawning" || (runningStates as readonly (string | undefined)[]).includes(state);

/** Why a message that was not injected in time was not (MSG-56). */
export function whyLate(agent: { state: AgentState } | undefined, hostState: string | undefined): UndeliveredReason {
  if (!agent || (endedStates as readonly string[]).includes(agent.state)) return "agent_ended";
  if (agent.state === "blocked") return "agent_blocked";
  if (agent.state === "busy") return "agent_busy";
  if (agent.state === "online" || agent.state === "idle") return "not_connected";
  return hostState === undefined || hostState === "online" ? "not_connected" : "host_offline";
}
