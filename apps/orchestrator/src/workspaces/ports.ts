import { createServer } from "node:net";
import { CommandFailure } from "../failure.ts";
import { gitDirOf } from "../git/git-dir.ts";
import { shortHash } from "../git/names.ts";
import { readNote, writeNote } from "../git/note.ts";
import type { createSerial } from "../serial.ts";
import { foundWorktrees } from "./found.ts";

/** Ports of one workspace (WSP-63). */
export const portCount = 10;

// Below what systems give to outgoing connections by themselves.
const range = { from: 20_000, to: 32_000 };

interface Needs {
  worktreesDir: string;
  serial: ReturnType<typeof createSerial>;
}

/** A database of this name is the workspace's own: at most 63 characters of a-z, 0-9 and _. */
export function databaseNameOf(workspaceId: string): string {
  const name = `signalbox_${workspaceId.toLowerCase().replace(/[^a-z0-9]+/g, "_")}`;
  return name.length <= 63 ? name : `${name.slice(0, 52)}_${shortHash(workspaceId)}`;
}

/**
 * The first of ten consecutive ports that no other workspace of the host has, and nothing listened on when they were reserved. They stand in the
 * worktree's note, so they are the workspace's own until it is removed (WSP-63).
 */
export async function reservePorts({ worktreesDir, serial }: Needs, worktreePath: string): Promise<number> {
  return serial("ports", async () => {
    const gitDir = await gitDirOf(worktreePath);
    const note = gitDir && (await readNote(gitDir));
    if (!note) throw new CommandFailure("workspace_failed", `${worktreePath} is not known as a workspace`);
    if (note.portFirst !== undefined) return note.portFirst;
    const taken = new Set((await foundWorktrees(worktreesDir)).flatMap((one) => one.note?.portFirst ?? []));
    for (let first = range.from; first < range.to; first += portCount) {
      if (taken.has(first) || !(await allFree(first))) continue;
      await writeNote(gitDir, { ...note, portFirst: first });
      return first;
    }
    throw new CommandFailure("workspace_failed", `No ten free ports are left from ${range.from} to ${range.to}`);
  });
}

/** What sessions and checks find of it in their environment. */
export const reservedEnv = (workspaceId: string, portFirst: number): Record<string, string> => ({
  SIGNALBOX_PORT_FIRST: String(portFirst),
  SIGNALBOX_PORT_COUNT: String(portCount),
  SIGNALBOX_DATABASE_NAME: databaseNameOf(workspaceId),
});

async function allFree(first: number): Promise<boolean> {
  for (let port = first; port < first + portCount; port++)
    for (const host of ["127.0.0.1", "::"]) if (!(await isFree(port, host))) return false;
  return true;
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) =>
      resolve(error.code !== "EADDRINUSE" && error.code !== "EACCES"),
    );
    server.listen({ port, host }, () => server.close(() => resolve(true)));
  });
}
