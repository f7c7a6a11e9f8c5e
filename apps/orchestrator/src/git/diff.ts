import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WorkspaceError } from "./errors.ts";
import { gitDirOf, present } from "./git-dir.ts";
import { stateOf } from "./kept/keep.ts";
import { keptRef } from "./kept/state.ts";
import { readNote } from "./note.ts";
import { commitAt, contains, tipOf } from "./refs.ts";
import { type Git, line } from "./run.ts";

export type DiffInput = { repoRoot: string; workspaceId: string; worktreePath: string | null; baseBranch: string };
/** One changed file; lines are null for a binary file, the text where it is too long. */
export type DiffFile = {
  path: string;
  /** The name before, of a file that was renamed. */
  oldPath: string | null;
  added: number | null;
  removed: number | null;
  text: string | null;
};
export type Diff = { from: "worktree" | "kept"; base: string; files: DiffFile[]; truncated: boolean };

const step = "compare with base";
const limits = { files: 300, bytes: 1024 * 1024, bytesOfFile: 200 * 1024, read: 8 * 1024 * 1024 };
const timeoutMs = 9_000;

/**
 * The change of a workspace against its merge base (WSP-69): commits, uncommitted and untracked files, of the worktree or, where that is gone, of
 * what is kept. Neither the worktree nor its index is touched. Throws `WorkspaceError`: `nothing_kept`.
 */
export async function diffOf(git: Git, input: DiffInput): Promise<Diff> {
  const gitDir = input.worktreePath === null ? null : await gitDirOf(input.worktreePath);
  return gitDir === null ? ofKept(git, input) : ofWorktree(git, input, input.worktreePath!, gitDir);
}

async function ofWorktree(git: Git, input: DiffInput, worktree: string, gitDir: string): Promise<Diff> {
  const head = await commitAt(git, worktree, "HEAD");
  const base = await baseOf(git, input, head, (await readNote(gitDir))?.baseSha ?? null);
  const scratch = await mkdtemp(join(tmpdir(), "signalbox-diff-"));
  try {
    const indexFile = join(scratch, "index");
    if (await present(join(gitDir, "index"))) await copyFile(join(gitDir, "index"), indexFile);
    // In the copy alone: so untracked files are part of the comparison.
    await git(worktree, ["add", "--intent-to-add", "--", "."], { step, indexFile, timeoutMs, okCodes: [0, 1, 128] });
    return { from: "worktree", base, ...(await compare(git, worktree, [base], indexFile)) };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function ofKept(git: Git, input: DiffInput): Promise<Diff> {
  const { repoRoot, workspaceId } = input;
  const commit = await commitAt(git, repoRoot, keptRef(workspaceId));
  if (commit === null) throw new WorkspaceError("nothing_kept", `Nothing of workspace ${workspaceId} is kept`);
  const state = await stateOf(git, repoRoot, commit);
  const base = await baseOf(git, input, state.tip ?? state.head, state.baseSha);
  return { from: "kept", base, ...(await compare(git, repoRoot, [base, commit])) };
}

// Of a change that is on base already, the merge base is the change itself: then it is what the work began from.
async function baseOf(git: Git, { repoRoot, baseBranch }: DiffInput, head: string | null, began: string | null) {
  const tip = await tipOf(git, repoRoot, baseBranch);
  const empty = () => line(git, repoRoot, ["hash-object", "-t", "tree", "--stdin"], { step, input: "" });
  if (head === null) return tip ?? (await empty());
  const args = ["merge-base", tip ?? head, head];
  const found = tip === null ? null : await line(git, repoRoot, args, { step, okCodes: [0, 1] });
  const start = began && (await commitAt(git, repoRoot, began));
  if (found && found !== head) return found;
  if (start && (await contains(git, repoRoot, head, start))) return start;
  return found || (await empty());
}

async function compare(git: Git, cwd: string, what: string[], indexFile?: string) {
  const flags = [
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--find-renames",
    "--submodule=short",
    "--no-relative",
  ];
  const args = [
    "-c",
    "core.quotePath=false",
    "diff",
    "--numstat",
    "--patch",
    "-z",
    ...flags,
    "--src-prefix=a/",
    "--dst-prefix=b/",
    ...what,
    "--",
  ];
  const pieces: Uint8Array[] = [];
  let read = 0;
  const onOutput = (piece: Uint8Array) => {
    if (read < limits.read) pieces.push(piece);
    read += piece.length;
  };
  const env = { GIT_OPTIONAL_LOCKS: "0" };
  await git(cwd, args, { step, indexFile, env, timeoutMs, onOutput });
  const parsed = parseDiff(Buffer.concat(pieces).toString("utf8"));
  return limited(parsed, read > limits.read);
}

// As git writes a name in a header when it has characters that would end or mislead the line.
function quoted(name: string): string {
  const short: Record<string, string> = {
    "\t": "t",
    "\n": "n",
    "\r": "r",
    "\v": "v",
    "\f": "f",
    "\b": "b",
    "\x07": "a",
  };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that git escapes
  const escaped = name.replace(/["\\\x00-\x1f\x7f]/g, (one) => {
    if (one === '"' || one === "\\") return `\\${one}`;
    return `\\${short[one] ?? one.charCodeAt(0).toString(8).padStart(3, "0")}`;
  });
  return escaped === name ? name : `"${escaped}"`;
}

/** Reads `git diff --numstat --patch -z`: one entry per file, then the patches, told apart by their headers. */
function parseDiff(output: string): DiffFile[] {
  const begin = /(?:^|\0)diff --git /.exec(output);
  const list = (begin ? output.slice(0, begin.index) : output).split("\0");
  const patches = new Map<string, string>();
  for (const patch of begin
    ? output
        .slice(begin.index)
        .replace(/^\0/, "")
        .split(/^(?=diff --git )/m)
    : [])
    patches.set(patch.slice(0, patch.indexOf("\n")), patch);
  const files: DiffFile[] = [];
  for (let n = 0; n < list.length; n++) {
    const entry = /^(\d+|-)\t(\d+|-)\t(.*)$/s.exec(list[n]!);
    if (entry === null) continue;
    const [, added, removed, name] = entry;
    const renamed = name === "";
    const oldPath = renamed ? list[++n]! : null;
    const path = renamed ? list[++n]! : name!;
    const text = patches.get(`diff --git ${quoted(`a/${oldPath ?? path}`)} ${quoted(`b/${path}`)}`) ?? null;
    const lines = (count: string | undefined) => (count === "-" ? null : Number(count));
    files.push({ path, oldPath, added: lines(added), removed: lines(removed), text });
  }
  return files;
}

function limited(files: DiffFile[], cut: boolean): Pick<Diff, "files" | "truncated"> {
  let left = limits.bytes;
  let truncated = cut || files.length > limits.files;
  const shown = files.slice(0, limits.files).map((file) => {
    const size = Buffer.byteLength(file.text ?? "");
    if (file.text !== null && size <= limits.bytesOfFile && size <= left) {
      left -= size;
      return file;
    }
    truncated = true;
    return { ...file, text: null };
  });
  return { files: shown, truncated };
}
