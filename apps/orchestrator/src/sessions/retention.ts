import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { View } from "./rules.ts";
import type { Sessions } from "./sessions.ts";

const dayMs = 24 * 3600 * 1000;

/**
 * Removes the directories of sessions whose end the relay confirmed so many days ago or earlier (HST-49). With null the
 * number is not known yet, and nothing is removed.
 */
export async function forgetOld(
  { dirOf }: Pick<Sessions, "dirOf">,
  { ended }: Pick<View, "ended">,
  { now, keepDays }: { now: Date; keepDays: number | null },
): Promise<void> {
  if (keepDays === null) return;
  for (const { commandId } of ended) {
    const mark = await stat(join(dirOf(commandId), "reported")).catch(() => null);
    if (mark && now.getTime() - mark.mtimeMs > keepDays * dayMs)
      await rm(dirOf(commandId), { recursive: true, force: true });
  }
}
