import type { AgentCard, AgentState, StatusReason, WorkspaceStatus } from "@signalbox/api/contracts";

export type Tone = "green" | "blue" | "amber" | "red" | "violet" | "grey";
/** Each state has a shape beside its colour and its word (CON-62). */
export type Shape = "full" | "ring" | "half" | "dash" | "bar" | "cross" | "check";

export interface Signal {
  word: string;
  tone: Tone;
  shape: Shape;
}

const agentSignals: Record<AgentState, Signal> = {
  spawning: { word: "Starting", tone: "blue", shape: "dash" },
  online: { word: "Online", tone: "green", shape: "ring" },
  idle: { word: "Idle", tone: "green", shape: "full" },
  busy: { word: "Busy", tone: "blue", shape: "half" },
  blocked: { word: "Blocked", tone: "amber", shape: "bar" },
  stale: { word: "Stale", tone: "amber", shape: "dash" },
  offline: { word: "Offline", tone: "grey", shape: "ring" },
  exited: { word: "Ended", tone: "grey", shape: "check" },
  failed: { word: "Failed", tone: "red", shape: "cross" },
};

/** Its session is over, whether it ever began or not. */
export const hasEnded = (status: AgentState): boolean => status === "exited" || status === "failed";

/** The signal of one agent: ending with an exit code is not the same as finishing. */
export function agentSignal({ status, statusReason }: Pick<AgentCard, "status" | "statusReason">): Signal {
  const unwell = status === "exited" && (statusReason?.exitCode || statusReason?.kind === "crashed");
  return unwell ? { word: "Ended", tone: "red", shape: "cross" } : signalOf(agentSignals, status);
}

export const workspaceSignals: Record<WorkspaceStatus, Signal> = {
  active: { word: "Active", tone: "blue", shape: "ring" },
  ready: { word: "Ready", tone: "violet", shape: "full" },
  landing: { word: "Landing", tone: "violet", shape: "half" },
  conflict: { word: "Conflict", tone: "red", shape: "bar" },
  review_requested: { word: "Review requested", tone: "amber", shape: "bar" },
  landed: { word: "Landed", tone: "green", shape: "check" },
  abandoned: { word: "Abandoned", tone: "grey", shape: "cross" },
  removed: { word: "Removed", tone: "grey", shape: "dash" },
  failed: { word: "Failed", tone: "red", shape: "cross" },
};

export const hostSignals: Record<string, Signal> = {
  online: { word: "Online", tone: "green", shape: "full" },
  stale: { word: "Stale", tone: "amber", shape: "dash" },
  offline: { word: "Offline", tone: "red", shape: "cross" },
};

/** A state that this console does not know yet is shown by its raw name (CON-29). */
export const signalOf = (signals: Record<string, Signal>, state: string): Signal =>
  signals[state] ?? { word: state, tone: "grey", shape: "ring" };

const reasons: Record<string, string> = {
  permission: "asks for permission",
  question: "asks a question",
  "sign-in": "needs a sign-in",
  limit: "reached a limit",
  provider_missing: "the provider is not installed there",
  session_died: "the session died while starting",
  not_registered: "it never registered",
  workspace_failed: "its workspace could not be made",
  host_lost: "the host went away",
  expired: "the time to start ran out",
  completed: "finished",
  shutdown: "was shut down",
  crashed: "crashed",
  killed: "was killed",
  host_rebooted: "the host restarted",
  host_removed: "the host was removed",
  superseded: "was replaced",
  cancelled: "was cancelled",
};

/** Why an agent is in its state, in words: "crashed, exit code 3". */
export function reasonInWords(reason: StatusReason | null): string | null {
  if (!reason) return null;
  const how = [
    reasons[reason.kind] ?? reason.kind,
    reason.signal ? `signal ${reason.signal}` : null,
    reason.exitCode ? `exit code ${reason.exitCode}` : null,
  ].filter(Boolean);
  // Some hosts say the exit code again in words.
  const said = reason.text && !/^exit code \d+$/.test(reason.text);
  return said ? `${how.join(", ")}: ${reason.text}` : how.join(", ");
}

/** "1 agent", "3 agents". */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;

/** The first characters of a commit, enough to recognise it. */
export const shortSha = (sha: string): string => sha.slice(0, 8);

/** The last part of a path. */
export const lastPart = (path: string): string => path.split("/").filter(Boolean).at(-1) ?? path;
