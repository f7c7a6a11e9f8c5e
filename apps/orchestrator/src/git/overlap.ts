import { lstat } from "node:fs/promises";
import { ancestors, type Change, onDisk } from "./changes.ts";
import { absent } from "./git-dir.ts";
import { type Git, splitNul } from "./run.ts";
import { type DirtyFile, parseStatus } from "./status.ts";

/**
 * The files of a checkout with changes in no commit that moving it over `changes` would touch: staged, unstaged, untracked, and ignored ones
 * too, which git itself would overwrite (WSP-34). Names byte for byte in latin1. `indexFile` must be refreshed.
 */
export async function overlapping(
  git: Git,
  checkout: string,
  changes: readonly Change[],
  indexFile: string | undefined,
): Promise<string[]> {
  const args = ["status", "--porcelain=v2", "-z", "--untracked-files=no", "--no-renames"];
  const env = { GIT_OPTIONAL_LOCKS: "0" };
  const options = { step: "read the status", encoding: "latin1" as const, env, indexFile };
  const { stdout } = await git(checkout, args, options);
  const tracked = overlapOf(parseStatus(stdout), changes);
  const untracked = await untrackedInTheWay(git, checkout, changes, indexFile);
  return [...new Set([...tracked, ...untracked])].sort();
}

/** Of the changed tracked files those that the move would touch, and unmerged ones, which stop any move. */
export function overlapOf(dirty: readonly DirtyFile[], changes: readonly Change[]): string[] {
  const touched = new Set(changes.map((change) => change.path));
  const above = new Set(changes.flatMap((change) => ancestors(change.path)));
  const inTheWay = ({ path, kind }: DirtyFile) =>
    kind === "unmerged" || touched.has(path) || above.has(path) || ancestors(path).some((dir) => touched.has(dir));
  return dirty.filter(inTheWay).map((file) => file.path);
}

async function untrackedInTheWay(git: Git, checkout: string, changes: readonly Change[], indexFile?: string) {
  const removed = changes.filter((change) => change.from !== null && change.to === null).map((change) => change.path);
  const blocking: string[] = [];
  for (const { path, from } of changes) {
    if (from !== null) continue;
    for (const place of [...ancestors(path), path]) {
      const found = await lstat(onDisk(checkout, place)).catch(absent);
      if (found === null || removed.includes(place)) break;
      if (found.isDirectory() && place !== path) continue;
      if (found.isDirectory()) blocking.push(...(await untrackedUnder(git, checkout, place, indexFile)));
      else if (
        !(await sameFile(checkout, place, removed, found.ino)) &&
        !(await isTracked(git, checkout, place, indexFile))
      )
        blocking.push(place);
      break;
    }
  }
  return blocking;
}

// Where case does not count, a file that only changes its case is found under its new name already.
async function sameFile(checkout: string, place: string, removed: string[], ino: number): Promise<boolean> {
  const old = removed.find((path) => path.toLowerCase() === place.toLowerCase());
  return old !== undefined && (await lstat(onDisk(checkout, old)).catch(absent))?.ino === ino;
}

async function isTracked(git: Git, checkout: string, path: string, indexFile?: string): Promise<boolean> {
  return (await ask(git, checkout, ["ls-files", "-z", "--"], path, indexFile)).length > 0;
}

async function untrackedUnder(git: Git, checkout: string, path: string, indexFile?: string): Promise<string[]> {
  return ask(git, checkout, ["ls-files", "--others", "-z", "--"], path, indexFile);
}

async function ask(git: Git, checkout: string, args: string[], path: string, indexFile?: string): Promise<string[]> {
  const options = { step: "look for files", encoding: "latin1" as const, indexFile };
  return splitNul((await git(checkout, [...args, Buffer.from(path, "latin1").toString("utf8")], options)).stdout);
}
