import { type AgentState, type ExitReason, endedStates, runningStates, type SessionEnd } from "../contracts/index.ts";

export const hasEnded = (state: AgentState): boolean => (endedStates as readonly AgentState[]).includes(state);

/** Expands a filter's shorthands into states; null means every state (MSG-03). */
export function statesOf(
  filter: AgentState | "running" | "all" | (AgentState | "running" | "all")[],
): AgentState[] | null {
  const words = Array.isArray(filter) ? filter : [filter];
  if (words.includes("all")) return null;
  return words.flatMap((word) => (word === "running" ? [...runningStates] : [word as AgentState]));
}

const reload = "memory-reload:";

/** What an agent's tags say it is to read again after a compaction: trimmed, non-empty (SPN-59). */
export const reloadOf = (tags: string[]): string[] =>
  tags
    .filter((tag) => tag.startsWith(reload))
    .map((tag) => tag.slice(reload.length).trim())
    .filter((text) => text !== "");

/** What an ended session means for its agent: never online is failed, else exited with a reason (SPN-47, SPN-50). */
export function endOf(
  state: AgentState,
  end: SessionEnd,
  shutdownAsked: boolean,
): { state: "failed"; kind: "session_died" } | { state: "exited"; kind: ExitReason } {
  if (shutdownAsked) return { state: "exited", kind: state === "spawning" ? "cancelled" : "shutdown" };
  if (state === "spawning") return { state: "failed", kind: "session_died" };
  if (end.signal) return { state: "exited", kind: "killed" };
  return { state: "exited", kind: end.exitCode === null ? "crashed" : "completed" };
}

/** What became of an agent that its host's complete list lacks (HST-19). */
export function missingFrom(
  agent: { state: AgentState; bootId: string | null },
  hostBootId: string,
): { state: "failed"; kind: "session_died" } | { state: "exited"; kind: "host_rebooted" | "crashed" } {
  if (agent.state === "spawning") return { state: "failed", kind: "session_died" };
  return { state: "exited", kind: agent.bootId !== null && agent.bootId !== hostBootId ? "host_rebooted" : "crashed" };
}
