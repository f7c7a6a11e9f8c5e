import { z } from "zod";
import { Count, Id, Timestamp } from "./common.ts";

/** Most checks of a repository, and most changes of one landing (WSP-51, WSP-36). */
export const mostChecks = 20;
export const mostBatched = 8;
/** Of a red check's output (WSP-53). */
export const keptLines = 200;
const keptCharacters = 1_000;

/** One command that a change must pass before it lands (WSP-51). */
export const Check = z.strictObject({
  name: z.string().trim().min(1).max(60),
  command: z.string().trim().min(1).max(2_000).describe("Run by bash in the top of the checkout"),
  timeoutSeconds: z.number().int().min(1).max(7_200).default(600).describe("Then it is killed, and red"),
});
export type Check = z.infer<typeof Check>;

/** One run of a check (WSP-53). */
export const CheckAttempt = z.object({
  green: z.boolean(),
  exitCode: z.number().int().nullable().describe("null when a signal ended it"),
  reason: z.enum(["exit", "signal", "timeout", "start"]).describe("How it ended; start: it could not be started"),
  durationMs: Count,
  lastLines: z.array(z.string().max(keptCharacters)).max(keptLines).describe("Its output's end; of a green one none"),
});
export type CheckAttempt = z.infer<typeof CheckAttempt>;

/** What came of one check: every attempt, the last decides. */
export const CheckReport = z.object({ name: z.string(), green: z.boolean(), attempts: z.array(CheckAttempt).min(1) });
export type CheckReport = z.infer<typeof CheckReport>;

/** What a running landing tells of itself; being told renews its lease (WSP-31, WSP-44). */
export const LandingProgress = z.strictObject({
  step: z.enum(["rebasing", "checking", "landing"]),
  run: Count.describe("How many times the checks have been begun"),
  workspaceIds: z.array(Id).max(mostBatched).describe("Whose changes are in the commit that is being checked"),
  check: z
    .strictObject({ name: z.string().max(60), number: Count, of: Count, attempt: Count })
    .nullable()
    .describe("The check that runs now"),
});
export type LandingProgress = z.infer<typeof LandingProgress>;

/** The same as the relay keeps it: with the time since when this step or check is under way. */
export const LandingNow = z.object({ ...LandingProgress.shape, since: Timestamp });
export type LandingNow = z.infer<typeof LandingNow>;

/** Runs of the checks that find the first red of `changes` changes: one of all, then halves (WSP-36). */
export const runsToFindRed = (changes: number): number => 1 + Math.ceil(Math.log2(Math.max(changes, 1)));

/** Runs that one landing may make: base may move twice under it before it goes back to the queue. */
export const mostRuns = (changes: number): number => 3 * runsToFindRed(changes);

/** Time that a landing's checks may take altogether, in milliseconds (WSP-11). */
export function longestChecksMs(
  checks: readonly Pick<Check, "timeoutSeconds">[],
  checkRetries: number,
  changes: number,
): number {
  const once = checks.reduce((sum, { timeoutSeconds }) => sum + timeoutSeconds, 0) * 1000;
  return once * (1 + checkRetries) * mostRuns(changes);
}
