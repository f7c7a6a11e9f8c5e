import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gitDirOf, readText } from "./git-dir.ts";

/** What a worktree's git directory says about the workspace that it was made for; it goes with the worktree. */
export type WorkspaceNote = {
  workspaceId: string;
  baseBranch: string;
  baseSha: string;
  branch: string;
  /** The kept commit whose files are being brought back: until they all are, what stands there is not the work. */
  restoring?: string;
  /** First of the ports that are reserved for it (WSP-63). */
  portFirst?: number;
  /** Names from before a restore that were taken meanwhile. */
  renamed?: { branch: string | null; worktreePath: string | null };
};

const file = "signalbox-workspace.json";

/** The note of a worktree, or null if it has none. */
export async function readNote(gitDir: string): Promise<WorkspaceNote | null> {
  const text = await readText(join(gitDir, file));
  return text === null ? null : (JSON.parse(text) as WorkspaceNote);
}

/** As `readNote`, by the worktree's own path. */
export async function noteOf(worktreePath: string): Promise<WorkspaceNote | null> {
  const gitDir = await gitDirOf(worktreePath);
  return gitDir === null ? null : readNote(gitDir);
}

/** Replaces the note in one step. */
export async function writeNote(gitDir: string, note: WorkspaceNote): Promise<void> {
  const next = join(gitDir, `${file}.new`);
  await writeFile(next, JSON.stringify(note));
  await rename(next, join(gitDir, file));
}
