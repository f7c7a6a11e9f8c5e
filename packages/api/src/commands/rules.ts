import {
  type CommandState,
  type CommandType,
  finalStates,
  type LandParams,
  longestChecksMs,
} from "../contracts/index.ts";

const order = { pending: 0, delivered: 1, running: 2, succeeded: 3, failed: 3, expired: 3, cancelled: 3 } as const;

export const isFinal = (state: CommandState): boolean => (finalStates as readonly CommandState[]).includes(state);

/** What a report means for a command: do it, it is known already, or it contradicts what is stored (HST-26). */
export function step(current: CommandState, reported: CommandState): "apply" | "repeat" | "conflict" {
  if (current === reported) return "repeat";
  if (isFinal(current)) return "conflict";
  return order[reported] > order[current] ? "apply" : "conflict";
}

/** What of a command's params its time depends on. */
export interface Timed extends Partial<Pick<LandParams, "checks" | "checkRetries" | "changes">> {
  graceSeconds?: number;
  queued?: boolean;
}

/** Time to live of each command in milliseconds, from its creation (HST-33, WSP-11). */
export function deadlineMs(type: CommandType, params: Timed): number {
  const minute = 60_000;
  const table: Record<CommandType, number> = {
    "agent.spawn": (params.queued ? 30 : 10) * minute,
    "agent.restart": 10 * minute,
    "agent.compact": 5 * minute,
    "agent.interrupt": minute / 2,
    "agent.shutdown": minute + (params.graceSeconds ?? 10) * 1000,
    "workspace.land":
      10 * minute + longestChecksMs(params.checks ?? [], params.checkRetries ?? 0, params.changes?.length ?? 1),
    "workspace.keep": 10 * minute,
    "workspace.remove": 10 * minute,
    "workspace.restore": 10 * minute,
  };
  return table[type];
}

/** What becomes of a command at its deadline: never taken, or taken and not finished (HST-33). */
export function late(state: CommandState): "expired" | "failed" {
  return state === "pending" ? "expired" : "failed";
}
