import type { CheckAttempt, CheckReport, LandingNow, LandResult } from "@signalbox/api/contracts";
import { duration } from "./time.ts";
import type { Landing } from "./types.ts";
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
  // The relay has stored it by its schema; the schema itself would come with every page.
  const { changes } = (result ?? {}) as Partial<LandResult>;
  const own = Array.isArray(changes) ? changes.find((change) => change.workspaceId === workspaceId) : undefined;
  return own?.outcome === "checks_failed" ? (own.checks.at(-1) ?? null) : null;
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

const ends: Record<CheckAttempt["reason"], (attempt: CheckAttempt) => string> = {
  exit: ({ exitCode }) => `exit code ${exitCode}`,
  signal: () => "ended by a signal",
  timeout: () => "killed at its time limit",
  start: () => "could not be started",
};

/** How an attempt of a check ended, and after how long. */
export const attemptInWords = (attempt: CheckAttempt): string =>
  `${attempt.green ? "green" : `red, ${ends[attempt.reason](attempt)}`} after ${duration(attempt.durationMs)}`;

/** What a landing was tested with, in a few words (CON-34). */
export function checksInWords({ checks, batch }: Pick<Landing, "checks" | "batch">): string {
  const repeated = checks.filter(({ attempts }) => attempts.length > 1).length;
  const tested = checks.length === 0 ? "landed without checks" : `${count(checks.length, "check")} green`;
  const unsteady = repeated > 0 ? `, ${repeated} at a repeat` : "";
  return `${tested}${unsteady}${batch.length > 1 ? ` · with ${count(batch.length - 1, "other")}` : ""}`;
}

const waits: Record<string, string> = {
  host_offline: "its host is away",
  retrying: "the last try failed",
  base_checkout_dirty: "a checkout of base is in the way",
};

/** Why an entry of a queue waits, when it is not just its turn. */
export const whyItWaits = (reason: string): string => waits[reason] ?? reason.replaceAll("_", " ");
