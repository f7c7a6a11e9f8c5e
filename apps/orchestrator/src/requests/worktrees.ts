import { readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { AnswerTo } from "@signalbox/api/contracts";
import { absent, gitDirOf, readText } from "../git/git-dir.ts";
import { shortHash } from "../git/names.ts";
import { readNote } from "../git/note.ts";

type Found = AnswerTo<"workspace.worktrees">["worktrees"][number];

const settledMs = 3_600_000;

/** Every worktree of an agent under `worktreesDir`, without asking git: one look at each directory (WSP-70). */
export async function findWorktrees(worktreesDir: string, now: Date): Promise<AnswerTo<"workspace.worktrees">> {
  const root = await realpath(worktreesDir);
  const worktrees: Found[] = [];
  for (const repository of await visible(root))
    for (const name of await visible(join(root, repository))) {
      const found = await look(join(root, repository, name), now);
      if (found) worktrees.push(found);
    }
  return { worktrees: worktrees.slice(0, 5000) };
}

// What begins with a dot is the host's own: queues, and what is being kept or removed.
const visible = async (directory: string): Promise<string[]> =>
  ((await readdir(directory).catch(absent)) ?? []).filter((name) => !name.startsWith("."));

async function look(path: string, now: Date): Promise<Found | null> {
  const gitDir = await gitDirOf(path);
  const common = gitDir && (await readText(join(gitDir, "commondir")));
  if (!gitDir || common === null) return null;
  const shared = resolve(gitDir, common.trim());
  const note = await readNote(gitDir);
  const { mtimeMs } = await stat(join(gitDir, "gitdir"));
  return {
    path,
    repoRoot: basename(shared) === ".git" ? dirname(shared) : shared,
    workspaceId: note?.workspaceId ?? `orphan-${shortHash(path)}`,
    branch: note?.branch || null,
    baseBranch: note?.baseBranch || null,
    settled: now.getTime() - mtimeMs > settledMs,
  };
}
