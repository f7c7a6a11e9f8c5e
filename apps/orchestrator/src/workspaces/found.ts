import { readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { absent, gitDirOf } from "../git/git-dir.ts";
import { readNote, type WorkspaceNote } from "../git/note.ts";

export interface FoundDirectory {
  path: string;
  gitDir: string;
  note: WorkspaceNote | null;
}

/** Every checkout under `worktreesDir` that is an agent's, without asking git. */
export async function foundWorktrees(worktreesDir: string): Promise<FoundDirectory[]> {
  const root = await realpath(worktreesDir);
  const found: FoundDirectory[] = [];
  for (const repository of await visible(root))
    for (const name of await visible(join(root, repository))) {
      const path = join(root, repository, name);
      const gitDir = await gitDirOf(path);
      if (gitDir !== null) found.push({ path, gitDir, note: await readNote(gitDir) });
    }
  return found;
}

// What begins with a dot is the host's own: queues, and what is being kept or removed.
const visible = async (directory: string): Promise<string[]> =>
  ((await readdir(directory).catch(absent)) ?? []).filter((name) => !name.startsWith("."));
