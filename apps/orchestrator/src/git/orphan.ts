import { rm } from "node:fs/promises";
import { join } from "node:path";
import { until } from "../until.ts";
import { GitError } from "./errors.ts";
import { present, readText } from "./git-dir.ts";

/** Where a git process that writes files in a checkout leaves its id while it runs. */
export function pidFileOf(gitDir: string): string {
  return join(gitDir, "signalbox-git.pid");
}

/**
 * Waits until a git process that outlived the orchestrator which started it has ended, so that two never write the same files (WSP-42). Throws
 * `GitError` after `waitMs` (default 5 minutes).
 */
export async function orphanGone(gitDir: string, waitMs = 300_000): Promise<void> {
  await pidGone(pidFileOf(gitDir), waitMs);
  await rm(pidFileOf(gitDir), { force: true });
}

/** As `orphanGone`, for the process whose id is in this file. */
export async function pidGone(pidFile: string, waitMs = 300_000): Promise<void> {
  const pid = Number(await readText(pidFile));
  if (!Number.isInteger(pid) || pid <= 1) return;
  const ended = await until(async () => !(await isGit(pid)), { withinMs: waitMs, everyMs: 20 });
  if (!ended) throw new GitError("wait for an earlier git", null, [`git process ${pid} is still at work`]);
}

/** Whether a process of this id runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

// The id may belong to another program by now; where /proc exists its name tells.
async function isGit(pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (!(await present("/proc/self/stat"))) return true;
  const status = (await readText(`/proc/${pid}/status`)) ?? "";
  return /^Name:\s+git/m.test(status) && !/^State:\s+Z/m.test(status);
}
