import { type Git, line } from "./run.ts";

/** A commit's text, byte for byte in latin1. */
export type CommitText = {
  tree: string;
  parents: string[];
  author: string;
  committer: string;
  encoding: string | null;
  message: string;
};

/** Reads the text of a commit object. Signatures are left out: they do not hold for a copy. */
export function parseCommit(text: string): CommitText {
  const end = text.indexOf("\n\n");
  const head = end === -1 ? text : text.slice(0, end);
  const commit: CommitText = { tree: "", parents: [], author: "", committer: "", encoding: null, message: "" };
  if (end !== -1) commit.message = text.slice(end + 2);
  for (const row of head.split("\n")) {
    const space = row.indexOf(" ");
    const [key, value] = [row.slice(0, space), row.slice(space + 1)];
    if (key === "tree") commit.tree = value;
    else if (key === "parent") commit.parents.push(value);
    else if (key === "author" || key === "committer" || key === "encoding") commit[key] = value;
  }
  return commit;
}

/** The text of a commit object. */
export function formatCommit(commit: CommitText): string {
  const head = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${commit.author}`,
    `committer ${commit.committer}`,
    ...(commit.encoding === null ? [] : [`encoding ${commit.encoding}`]),
  ];
  return `${head.join("\n")}\n\n${commit.message}`;
}

/** Seconds since the epoch at the end of an author or committer line; 0 if there are none. */
export function secondsOf(person: string): number {
  return Number(/ (\d+) [+-]\d{4}$/.exec(person)?.[1] ?? 0);
}

/**
 * The same commit on another parent. Author and message stay byte for byte; the committer's time is moved only so far that it is not before the
 * parent's. No clock is asked, so replaying the same change onto the same tip gives the same hash.
 */
export function copyOnto(commit: CommitText, parent: { sha: string; committedAt: number }, tree: string): CommitText {
  const at = Math.max(secondsOf(commit.committer), parent.committedAt);
  const committer = commit.committer.replace(/ \d+ ([+-]\d{4})$/, ` ${at} $1`);
  return { ...commit, tree, parents: [parent.sha], committer };
}

/** Reads a commit. */
export async function readCommit(git: Git, cwd: string, sha: string): Promise<CommitText> {
  const { stdout } = await git(cwd, ["cat-file", "commit", sha], { step: "read a commit", encoding: "latin1" });
  return parseCommit(stdout);
}

/** Writes a commit object and gives its hash; no ref changes. */
export async function writeCommit(git: Git, cwd: string, commit: CommitText): Promise<string> {
  const input = Buffer.from(formatCommit(commit), "latin1");
  return line(git, cwd, ["hash-object", "-t", "commit", "-w", "--stdin"], { step: "write a commit", input });
}
