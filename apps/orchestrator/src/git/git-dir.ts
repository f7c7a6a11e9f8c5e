import { lstat, readFile, realpath } from "node:fs/promises";
import { resolve } from "node:path";

/** The file's text, or null if there is none. */
export async function readText(path: string): Promise<string | null> {
  return readFile(path, "utf8").catch(absent);
}

/** Whether something is at this path, without following a link. */
export async function present(path: string | Buffer): Promise<boolean> {
  return (await lstat(path).catch(absent)) !== null;
}

/** Turns "there is no such file" into null and passes every other error on. */
export function absent(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
  throw error;
}

/** The git directory of exactly this checkout, or null; never that of a repository around it. */
export async function gitDirOf(checkout: string): Promise<string | null> {
  const dotGit = resolve(checkout, ".git");
  const found = await lstat(dotGit).catch(absent);
  if (found === null) return null;
  if (!found.isFile()) return realpath(dotGit).catch(absent);
  const match = /^gitdir: (.+?)\n?$/s.exec((await readText(dotGit)) ?? "");
  return match ? realpath(resolve(checkout, match[1]!)).catch(absent) : null;
}

export type Operation = "merge" | "rebase" | "cherry-pick" | "revert" | "bisect" | "apply" | "sequencer";

const traces: [string, Operation][] = [
  ["rebase-merge", "rebase"],
  ["rebase-apply/applying", "apply"],
  ["rebase-apply", "rebase"],
  ["MERGE_HEAD", "merge"],
  ["CHERRY_PICK_HEAD", "cherry-pick"],
  ["REVERT_HEAD", "revert"],
  ["BISECT_LOG", "bisect"],
  ["sequencer", "sequencer"],
];

/** The operation that a checkout is in the middle of, or null (WSP-34). */
export async function operationIn(gitDir: string): Promise<Operation | null> {
  for (const [file, operation] of traces) if (await present(resolve(gitDir, file))) return operation;
  return null;
}

/** The branch that a rebase or bisect in this checkout will go back to, or null. */
export async function branchUnderOperation(gitDir: string): Promise<string | null> {
  for (const file of ["rebase-merge/head-name", "rebase-apply/head-name", "BISECT_START"]) {
    const text = (await readText(resolve(gitDir, file)))?.trim();
    if (text) return text.replace(/^refs\/heads\//, "");
  }
  return null;
}
