import { lstat, readdir } from "node:fs/promises";
import { onDisk } from "../changes.ts";
import { type Git, splitNul } from "../run.ts";

/** What stands in a worktree and is not ignored; names are latin1, relative to it, in order. */
export type Survey = {
  /** Files and symbolic links, tracked or not. */
  files: string[];
  /** Permissions that git does not know: all but 0644 and 0755. */
  modes: [path: string, mode: number][];
  /** Directories with nothing in them. */
  empty: string[];
  /** Directories that are repositories of their own, submodules too. */
  nested: string[];
  /** What has no content to keep: pipes, sockets, devices. */
  notKept: string[];
};

const step = "list the files";

/**
 * Looks at everything in a worktree but what git ignores. It is the disk that is asked, not git's list of files: two names that differ in case,
 * or what an index calls unchanged, cannot be missed. Takes no lock and changes nothing.
 */
export async function survey(git: Git, worktree: string): Promise<Survey> {
  const list = async (...args: string[]) =>
    splitNul((await git(worktree, ["ls-files", "-z", ...args], { step, encoding: "latin1" })).stdout);
  const ignored = new Set(await list("--others", "--ignored", "--exclude-standard", "--directory"));
  const staged = (await list("--stage")).filter((entry) => entry.startsWith("160000 "));
  const submodules = new Set(staged.map((entry) => entry.slice(entry.indexOf("\t") + 1)));
  const found: Survey = { files: [], modes: [], empty: [], nested: [], notKept: [] };
  const entriesOf = (path: string) =>
    readdir(onDisk(worktree, path), { encoding: "latin1", withFileTypes: true } as const);

  async function walk(directory: string): Promise<void> {
    const entries = await entriesOf(directory);
    if (directory !== "") {
      if (entries.length === 0) return void found.empty.push(directory);
      if (submodules.has(directory) || entries.some(({ name }) => name === ".git"))
        return void found.nested.push(directory);
    }
    for (const entry of entries) {
      const path = directory === "" ? entry.name : `${directory}/${entry.name}`;
      if (path === ".git" || ignored.has(path)) continue;
      if (!entry.isDirectory()) await leaf(path);
      else if (!ignored.has(`${path}/`)) await walk(path);
    }
  }

  async function leaf(path: string): Promise<void> {
    const is = await lstat(onDisk(worktree, path));
    if (!is.isFile() && !is.isSymbolicLink()) return void found.notKept.push(path);
    found.files.push(path);
    const mode = is.mode & 0o7777;
    if (is.isFile() && mode !== 0o644 && mode !== 0o755) found.modes.push([path, mode]);
  }

  await walk("");
  for (const names of [found.files, found.empty, found.nested, found.notKept]) names.sort();
  found.modes.sort(([a], [b]) => (a < b ? -1 : 1));
  return found;
}
