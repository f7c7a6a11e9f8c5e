import { rm, stat } from "node:fs/promises";
import { until } from "../until.ts";

/** How long a lock on a ref that others write too must have stood to count as left behind by a killed git, ms. */
const abandonedMs = 60_000;

/** Nobody but the host writes our branches, one command of a repository at a time, and what `HEAD` of a worktree names. */
const own = /\/refs\/heads\/signalbox\/|\/worktrees\/[^/]+\/HEAD\.lock$/;

/** The lock that git found in its way, from what it said; null when it failed for another reason. */
export function lockIn(stderr: string): string | null {
  return /Unable to create '(.+\.lock)': File exists/.exec(stderr)?.[1] ?? null;
}

/**
 * Removes the lock of a ref that a killed git left behind: git holds one for milliseconds. Answers false when somebody may
 * still hold it.
 */
export async function releaseAbandoned(lock: string, { waitMs = 2_000 } = {}): Promise<boolean> {
  const age = async () => {
    const found = await stat(lock).catch(() => null);
    return found && Date.now() - found.mtimeMs;
  };
  if (await until(async () => (await age()) === null, { withinMs: waitMs, everyMs: 50 })) return true;
  const stood = await age();
  if (stood !== null && !own.test(lock) && stood < abandonedMs) return false;
  await rm(lock, { force: true });
  return true;
}
