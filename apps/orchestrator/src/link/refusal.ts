import type { Problem } from "@signalbox/api/contracts";

/** Pause after any refusal, milliseconds (HST-05). */
const refusedMs = 5_000;
/** Pause after the refusal of a protocol: somebody must upgrade first (HST-03). */
const protocolMs = 60_000;

/** How long a refused host waits before it registers again; null for what is no refusal: the usual pauses (HST-21). */
export function pauseAfter(problem: Problem | null): number | null {
  if (!problem) return null;
  return problem.protocolVersions ? protocolMs : refusedMs;
}

/** The protocol with which a host that was refused as too new registers once more, if it speaks it (HST-04). */
export function olderProtocol(own: number, problem: Problem | null): number | null {
  const spoken = problem?.protocolVersions ?? [];
  const tooNew = spoken.length > 0 && spoken.every((version) => version < own);
  return tooNew && spoken.includes(own - 1) ? own - 1 : null;
}
