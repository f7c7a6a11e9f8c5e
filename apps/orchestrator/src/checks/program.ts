import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { CheckAttempt } from "@signalbox/api/contracts";
import { textOf } from "../failure.ts";
import { tail } from "./tail.ts";

interface Program {
  command: string;
  cwd: string;
  /** All of its environment: nothing is inherited. */
  env: Record<string, string>;
  timeoutMs: number;
  /** Kills it; its reason is thrown. */
  signal: AbortSignal;
  /** Milliseconds, from any start. */
  elapsed: () => number;
}

const outputWithinMs = 1_000;

/**
 * Runs one command by bash in a process group of its own, to its end or for `timeoutMs`; then nothing of the group is left. The group ends also
 * when this process is killed: a guard beside it waits for that.
 */
export async function runProgram({ command, cwd, env, timeoutMs, signal, elapsed }: Program): Promise<CheckAttempt> {
  signal.throwIfAborted();
  const since = elapsed();
  // Both outputs in one pipe, so that their lines keep their order.
  const child = spawn("bash", ["-c", `exec 2>&1; ${command}`], {
    cwd,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const output = tail();
  child.stdout.on("data", (chunk: Buffer) => output.add(chunk));
  const ended = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  const closed = once(child, "close").catch(() => undefined);
  const { pid } = child;
  if (pid === undefined) {
    const [error] = await once(child, "error");
    ended.catch(() => undefined);
    return { ...red("start", since, elapsed), lastLines: [`bash could not be started: ${textOf(error)}`] };
  }
  const guard = guardOf(pid);
  const kill = () => killGroup(pid);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    kill();
  }, timeoutMs);
  signal.addEventListener("abort", kill);
  try {
    const [exitCode] = await ended;
    // What it left in the background would go on in the worktree of the next.
    kill();
    await Promise.race([closed, delay(outputWithinMs, undefined, { ref: false })]);
    signal.throwIfAborted();
    if (exitCode === 0 && !late) return { ...red("exit", since, elapsed), green: true, exitCode };
    const reason = late ? "timeout" : exitCode === null ? "signal" : "exit";
    return { ...red(reason, since, elapsed), exitCode: late ? null : exitCode, lastLines: output.lines() };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", kill);
    child.stdout.destroy();
    guard.stdin?.end("done\n");
  }
}

const red = (reason: CheckAttempt["reason"], since: number, elapsed: () => number): CheckAttempt => ({
  green: false,
  exitCode: null,
  reason,
  durationMs: Math.round(elapsed() - since),
  lastLines: [],
});

/** Its input ends when we do, however that comes about; without having been told that all is done it kills the group. */
function guardOf(pid: number): ChildProcess {
  const script = 'read -r done || kill -s KILL -- "-$1"';
  const guard = spawn("/bin/sh", ["-c", script, "sh", String(pid)], {
    cwd: "/",
    env: {},
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  guard.on("error", () => undefined);
  guard.stdin.on("error", () => undefined);
  guard.unref();
  return guard;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // All of it has ended.
  }
}
