import { readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { createSerial } from "../serial.ts";
import { absent, gitDirOf } from "./git-dir.ts";
import { queuePathOf } from "./names.ts";
import { findRepository } from "./repository.ts";
import type { Git } from "./run.ts";
import { removeWorktree } from "./worktrees.ts";

/** Touched in the git directory of a queue's worktree each time that a landing uses it. */
export const usedFile = "signalbox-used";

type Needs = {
  worktreesDir: string;
  /** Runs nothing of one queue at the same time; by the name of its directory. */
  inTurn: ReturnType<typeof createSerial>;
  /** Milliseconds since the epoch. */
  now: number;
};

const idleMs = 3_600_000;

/** Removes the worktrees of queues that no landing has used for an hour (WSP-32). Answers those that it removed. */
export async function removeIdleQueues(git: Git, { worktreesDir, inTurn, now }: Needs): Promise<string[]> {
  const folder = dirname(queuePathOf(worktreesDir, "/", "x"));
  const removed: string[] = [];
  for (const name of (await readdir(folder).catch(absent)) ?? []) {
    const path = join(folder, name);
    const remove = async () => {
      const gitDir = await gitDirOf(path);
      const used = gitDir && (await stat(join(gitDir, usedFile)).catch(absent));
      if (!used || now - used.mtimeMs < idleMs) return;
      const repository = await findRepository(git, path);
      if (!repository) return;
      await removeWorktree(git, { repoRoot: repository.repoRoot, worktreesDir, path });
      removed.push(path);
    };
    await inTurn(name, remove);
  }
  return removed;
}
