import type { Check, CheckReport, LandingProgress } from "@signalbox/api/contracts";
import { CommandFailure } from "../failure.ts";
import { freePorts, portCount } from "./ports.ts";
import { runProgram } from "./program.ts";
import { killMarked, markName } from "./strays.ts";

export interface CheckNeeds {
  /** What is passed on of this program's environment (HST-51). */
  env: Readonly<Record<string, string>>;
  /** Milliseconds, from any start. */
  elapsed: () => number;
}

interface Run {
  directory: string;
  checks: readonly Check[];
  repeats: number;
  /** Name of the queue, which its processes bear. */
  mark: string;
  signal: AbortSignal;
  onCheck: (now: NonNullable<LandingProgress["check"]>) => void;
}

/**
 * Runs the checks in order in the queue's worktree until the first red one, repeating a red one as often as is set (WSP-51 to WSP-53). They get
 * an environment made from nothing, ports and a database name of their own, and no token. What they started has ended when it answers.
 */
export async function runChecks(
  { env, elapsed }: CheckNeeds,
  { directory, checks, repeats, mark, signal, onCheck }: Run,
): Promise<{ green: boolean; checks: CheckReport[] }> {
  const reports: CheckReport[] = [];
  const own = { ...env, ...(await reserved(mark)), [markName]: mark, PWD: directory };
  for (const [i, { name, command, timeoutSeconds }] of checks.entries()) {
    const attempts: CheckReport["attempts"] = [];
    while (attempts.length <= repeats && !attempts.at(-1)?.green) {
      onCheck({ name, number: i + 1, of: checks.length, attempt: attempts.length + 1 });
      const program = { command, cwd: directory, env: own, timeoutMs: timeoutSeconds * 1000, signal, elapsed };
      attempts.push(await runProgram(program).finally(() => allGone(mark)));
    }
    const green = attempts.at(-1)?.green === true;
    reports.push({ name, green, attempts });
    if (!green) return { green, checks: reports };
  }
  return { green: true, checks: reports };
}

/** Ends what an earlier run of this queue's checks left; before its worktree is touched (WSP-42). */
export async function allGone(mark: string): Promise<void> {
  if (await killMarked(mark)) return;
  throw new CommandFailure("error", "Processes of an earlier check of this queue do not end");
}

async function reserved(mark: string): Promise<Record<string, string>> {
  const port = await freePorts(mark);
  const ports: Record<string, string> =
    port === null ? {} : { SIGNALBOX_PORT_FIRST: String(port), SIGNALBOX_PORT_COUNT: String(portCount) };
  return { ...ports, SIGNALBOX_DATABASE_NAME: `signalbox_check_${mark.replace(/\W/g, "_")}` };
}
