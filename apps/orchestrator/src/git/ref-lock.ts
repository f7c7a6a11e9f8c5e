import { rm, stat } from "node:fs/promises";
import { until } from "../until.ts";
import { absent, readText } from "./git-dir.ts";

/** How long a lock on a ref that others write too must have stood to count as left behind by a killed git, ms. */
const abandonedMs = 60_000;

/** How long one of ours may stand, ms: its git may have outlived the host that started it. */
const ownMs = 2_000;

/** Nobody but the host writes our branches, one command of a repository at a time, and what `HEAD` of a worktree names. */
const own = /\/refs\/heads\/signalbox\/|\/worktrees\/[^/]+\/HEAD\.lock$/;

/** The lock that git found in its way, from what it said; null when it failed for another reason. */
export function lockIn(stderr: string): string | null {
  return /Unable to create '(.+\.lock)': File exists/.exec(stderr)?.[1] ?? null;
}

/**
 * Removes the lock of a ref that a killed git left behind: git holds one for milliseconds. `writes` is the commit that our own git
 * writes there: a lock with it is ours. One that may be somebody else's is waited for until it has stood for a minute; answers
 * false when one is still held after `waitMs`.
 */
export async function releaseAbandoned(
  lock: string,
  { writes = "", waitMs = abandonedMs + 5_000 } = {},
): Promise<boolean> {
  const isOurs = async () => own.test(lock) || (writes !== "" && (await readText(lock))?.trim() === writes);
  const free = async () => {
    const found = await stat(lock).catch(absent);
    if (found === null) return true;
    const stood = Date.now() - found.mtimeMs;
    if (stood < abandonedMs && !(stood > ownMs && (await isOurs()))) return false;
    await rm(lock, { force: true });
    return true;
  };
  return until(free, { withinMs: waitMs, everyMs: 50 });
}
