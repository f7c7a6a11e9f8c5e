import { copyFile, mkdir, readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { present } from "../git-dir.ts";
import { type Git, splitNul } from "../run.ts";
import { isOfThePlace } from "./state.ts";

/** Copies what git knows of one worktree (an operation under way, its log of HEAD, sparse checkout, …); names of the copies. */
export async function copyGitState(gitDir: string, into: string): Promise<string[]> {
  const names: string[] = [];
  async function walk(directory: string): Promise<void> {
    for (const entry of await readdir(join(gitDir, directory), { withFileTypes: true })) {
      const name = directory === "" ? entry.name : `${directory}/${entry.name}`;
      if (isOfThePlace(directory === "" ? name : entry.name.endsWith(".lock") ? name : "")) continue;
      if (entry.isDirectory()) await walk(name);
      else if (entry.isFile()) {
        await mkdir(dirname(join(into, name)), { recursive: true });
        await copyFile(join(gitDir, name), join(into, name));
        names.push(name);
      }
    }
  }
  await walk("");
  return names.sort();
}

/**
 * Copies the index as one file; null where there is none. An index that leans on a shared one is written out whole in the copy.
 */
export async function copyIndex(git: Git, worktree: string, gitDir: string, to: string): Promise<string | null> {
  if (!(await present(join(gitDir, "index")))) return null;
  await mkdir(dirname(to), { recursive: true });
  await copyFile(join(gitDir, "index"), to);
  const shared = (await readdir(gitDir)).some((name) => name.startsWith("sharedindex."));
  if (shared) await git(worktree, ["update-index", "--no-split-index"], { step: "copy the index", indexFile: to });
  return to;
}

/** One tree for each stage of an index that has entries: 0 is what is staged, 1 to 3 the sides of a conflict. */
export async function stagesOf(git: Git, cwd: string, gitDir: string, index: string): Promise<(string | null)[]> {
  const step = "read what is staged";
  const env = { GIT_DIR: gitDir };
  const listed = await git(cwd, ["ls-files", "-z", "--stage"], { step, indexFile: index, env, encoding: "latin1" });
  // An intended addition counts as an empty file here; the copy of the index says what it is.
  await git(cwd, ["hash-object", "-w", "--stdin"], { step, input: "" });
  const entries = splitNul(listed.stdout).map((entry) => {
    const [, mode, sha, stage, path] = /^(\d+) ([0-9a-f]+) (\d)\t(.*)$/s.exec(entry)!;
    return { mode, sha, stage: Number(stage), path };
  });
  const trees: (string | null)[] = [];
  for (const stage of [0, 1, 2, 3]) {
    const lines = entries
      .filter((one) => one.stage === stage)
      .map(({ mode, sha, path }) => `${mode} ${sha}\t${path}\0`);
    trees.push(lines.length === 0 && stage > 0 ? null : await treeFrom(git, cwd, gitDir, `${index}.stage`, lines));
  }
  return trees;
}

async function treeFrom(git: Git, cwd: string, gitDir: string, indexFile: string, lines: string[]): Promise<string> {
  const options = { step: "store what is staged", indexFile, env: { GIT_DIR: gitDir } };
  await git(cwd, ["read-tree", "--empty"], options);
  const input = Buffer.from(lines.join(""), "latin1");
  await git(cwd, ["update-index", "-z", "--index-info"], { ...options, input });
  return (await git(cwd, ["write-tree"], options)).stdout.trim();
}

/** Full hashes that the copied files mention: commits that only they know, such as those of a rebase under way. */
export async function mentioned(directory: string, names: string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const name of names)
    for (const [hash] of (await readFile(join(directory, name), "latin1")).matchAll(
      /\b(?:[0-9a-f]{64}|[0-9a-f]{40})\b/g,
    ))
      if (!/^0+$/.test(hash)) found.add(hash);
  return [...found];
}

/** Of these hashes, the commits that exist, are not reached from `from`, and lead to all others of them. */
export async function tipsAmong(git: Git, cwd: string, hashes: string[], from: string[]): Promise<string[]> {
  if (hashes.length === 0) return [];
  const step = "find commits that only the worktree knows";
  const input = `${hashes.join("\n")}\n`;
  const { stdout } = await git(cwd, ["cat-file", "--batch-check=%(objectname) %(objecttype)"], { step, input });
  const commits = stdout.split("\n").flatMap((row) => (row.endsWith(" commit") ? [row.split(" ")[0]!] : []));
  if (commits.length === 0) return [];
  const walked = [...commits, ...from.map((sha) => `^${sha}`)].join("\n");
  const listed = await git(cwd, ["rev-list", "--parents", "--stdin"], { step, input: `${walked}\n` });
  const rows = listed.stdout.split("\n").map((row) => row.split(" "));
  const parents = new Set(rows.flatMap((row) => row.slice(1)));
  const wanted = new Set(commits);
  return rows.flatMap(([sha]) => (wanted.has(sha!) && !parents.has(sha!) ? [sha!] : [])).sort();
}
