import { type CheckReport, type LandingNow, LandOutcome } from "@signalbox/api/contracts";
import { count } from "./words.ts";

/** The check that stopped a workspace's landing, as its metadata has it (WSP-38). */
export interface RedCheck {
  check: string;
  how: string;
  commandId: string;
}

/** Read without trust; null when no red check is told of. */
export function redCheckOf(metadata: Record<string, unknown>): RedCheck | null {
  const { check, how, commandId } = (metadata.checksFailed ?? {}) as Record<string, unknown>;
  if (typeof check !== "string" || typeof how !== "string" || typeof commandId !== "string") return null;
  return { check, how, commandId };
}

/** Every attempt of the red check, from the result of the command that ran it; null when the result tells of none. */
export function redReport(result: Record<string, unknown> | null, workspaceId: string): CheckReport | null {
  const changes = Array.isArray(result?.changes) ? result.changes : [];
  for (const change of changes) {
    const read = LandOutcome.safeParse(change);
    if (!read.success || read.data.outcome !== "checks_failed" || read.data.workspaceId !== workspaceId) continue;
    return read.data.checks.at(-1) ?? null;
  }
  return null;
}

/** What a running landing does now; the time follows it. */
export function stepInWords(now: LandingNow | null, changes: number, checks: number): string {
  if (!now) return "Its host has it";
  if (now.step === "rebasing") return "Is being rebased";
  if (now.step === "landing") return "Base is being moved";
  const { check, run, workspaceIds } = now;
  const which =
    workspaceIds.length < changes ? ` on the first ${count(workspaceIds.length, "change")}, run ${run}` : "";
  if (!check) return `Is being checked out${which}`;
  const again = check.attempt > 1 ? `, attempt ${check.attempt}` : "";
  return `Check ${check.name} (${check.number} of ${checks})${again}${which}`;
}

const waits: Record<string, string> = {
  host_offline: "its host is away",
  retrying: "the last try failed",
  base_checkout_dirty: "a checkout of base is in the way",
};

/** Why an entry of a queue waits, when it is not just its turn. */
export const whyItWaits = (reason: string): string => waits[reason] ?? reason.replaceAll("_", " ");
