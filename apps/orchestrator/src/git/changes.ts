import { lstat, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { absent } from "./git-dir.ts";
import { type Git, line } from "./run.ts";

/** One side of a changed path; null where it does not exist. */
export type Side = { mode: string; sha: string } | null;
/** A path that differs between two trees, its name byte for byte in latin1. */
export type Change = { path: string; from: Side; to: Side };

/** The paths that differ between two commits. */
export async function changesBetween(git: Git, cwd: string, from: string, to: string): Promise<Change[]> {
  const args = ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", from, to, "--"];
  return parseRawDiff((await git(cwd, args, { step: "list changed files", encoding: "latin1" })).stdout);
}

/** Reads `git diff-tree --raw -z`. */
export function parseRawDiff(output: string): Change[] {
  const fields = output.split("\0");
  const changes: Change[] = [];
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const [fromMode, toMode, fromSha, toSha] = fields[i]!.slice(1).split(" ");
    changes.push({ path: fields[i + 1]!, from: side(fromMode!, fromSha!), to: side(toMode!, toSha!) });
  }
  return changes;
}

function side(mode: string, sha: string): Side {
  return mode === "000000" ? null : { mode, sha };
}

/** The directories above a path, outermost first. */
export function ancestors(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join("/"));
}

/** A latin1 file name as a path that reaches the file, whatever bytes it has. */
export function onDisk(checkout: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(join(checkout, "/")), Buffer.from(path, "latin1")]);
}

/** A latin1 file name as text for people. */
export function shown(path: string): string {
  return Buffer.from(path, "latin1").toString("utf8");
}

export type DiskState = { kind: "absent" } | { kind: "file"; mode: string; sha: string } | { kind: "other" };

/** What is at a path now, as git would store it. */
export async function diskState(git: Git, checkout: string, path: string): Promise<DiskState> {
  const at = onDisk(checkout, path);
  const found = await lstat(at).catch(absent);
  if (found === null) return { kind: "absent" };
  if (found.isSymbolicLink()) {
    const args = ["hash-object", "--stdin"];
    const sha = await line(git, checkout, args, { step: "read a link", input: await readlink(at, "buffer") });
    return { kind: "file", mode: "120000", sha };
  }
  if (!found.isFile()) return { kind: "other" };
  const sha = await hashFile(git, checkout, path, at);
  return { kind: "file", mode: found.mode & 0o100 ? "100755" : "100644", sha };
}

async function hashFile(git: Git, checkout: string, path: string, at: Buffer): Promise<string> {
  const args = ["hash-object", "--stdin", `--path=${shown(path)}`];
  return line(git, checkout, args, { step: "read a file", input: await readFile(at) });
}
