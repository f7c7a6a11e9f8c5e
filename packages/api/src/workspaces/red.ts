import type { CheckAttempt, LandOutcome } from "../contracts/index.ts";

type Red = Extract<LandOutcome, { outcome: "checks_failed" }>;

/** What a workspace keeps of the check that stopped it; the message and the command's result have its lines (WSP-38). */
export interface ChecksFailed {
  check: string;
  /** How the last attempt ended, in words. */
  how: string;
  attempts: number;
  /** The commit that was tested, and the tip of base under it. */
  commit: string;
  base: string;
  commandId: string;
  at: string;
}

const ends: Record<CheckAttempt["reason"], (attempt: CheckAttempt) => string> = {
  exit: ({ exitCode }) => `exit code ${exitCode}`,
  signal: () => "ended by a signal",
  timeout: ({ durationMs }) => `timeout after ${Math.round(durationMs / 1000)} s`,
  start: () => "it could not be started",
};

const endOf = (attempt: CheckAttempt): string => ends[attempt.reason](attempt);

/** The red check of a landing, as its workspace keeps it, and the last lines of its last attempt. */
export function redOf({ checks, commit, base }: Red, of: { commandId: string; at: Date }) {
  const { name, attempts } = checks.at(-1) as Red["checks"][number];
  const last = attempts.at(-1) as CheckAttempt;
  const { commandId, at } = of;
  const failed: ChecksFailed = {
    check: name,
    how: endOf(last),
    attempts: attempts.length,
    commit,
    base,
    commandId,
    at: at.toISOString(),
  };
  return { failed, lastLines: last.lastLines };
}

/** What the owner is told of it. */
export function redInWords(
  { check, how, attempts, commit, base }: ChecksFailed,
  of: { branch: string | null; baseBranch: string | null; lastLines: readonly string[] },
): { subject: string; body: string } {
  const { branch, baseBranch, lastLines } = of;
  const tried = attempts > 1 ? ` at the last of ${attempts} attempts` : "";
  const output = lastLines.length
    ? `Its last ${lastLines.length} lines:\n\n${lastLines.join("\n")}`
    : "It wrote nothing.";
  return {
    subject: `Not landed: check ${check} is red`,
    body: [
      `The check "${check}" is red on your change: ${how}${tried}. Nothing of it is on ${baseBranch}.`,
      `Your commits up to ${branch} were tested as ${commit.slice(0, 12)}, on ${base.slice(0, 12)} of ${baseBranch} and whatever was before them in the queue.`,
      `Mend it on ${branch}, commit, and call relay_workspace_ready again.`,
      "",
      output,
    ].join("\n"),
  };
}
