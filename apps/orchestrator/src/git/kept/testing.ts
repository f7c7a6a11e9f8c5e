import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { onDisk } from "../changes.ts";
import { gitDirOf } from "../git-dir.ts";
import type { Place } from "../testing.ts";

/** Everything in a worktree that must come back: each path's kind, mode and bytes; the index byte for byte; what git says. */
export async function photo(worktree: string) {
  const files: Record<string, string> = {};
  async function walk(directory: string): Promise<void> {
    const entries = await readdir(onDisk(worktree, directory), { encoding: "latin1", withFileTypes: true } as const);
    for (const { name } of entries) {
      const path = directory === "" ? name : `${directory}/${name}`;
      if (path === ".git" || name.endsWith(".log")) continue;
      const at = onDisk(worktree, path);
      const is = await lstat(at);
      if (is.isDirectory()) {
        files[`${path}/`] = "directory";
        await walk(path);
      } else if (is.isSymbolicLink()) files[path] = `-> ${(await readlink(at, "buffer")).toString("latin1")}`;
      else files[path] = `${(is.mode & 0o7777).toString(8)} ${(await readFile(at)).toString("base64")}`;
    }
  }
  await walk("");
  const gitDir = (await gitDirOf(worktree))!;
  const index = await readFile(`${gitDir}/index`, "base64");
  const head = await readFile(`${gitDir}/HEAD`, "utf8");
  const reflog = await readFile(`${gitDir}/logs/HEAD`, "utf8");
  return { files, index, head, reflog };
}

/** What git says of a worktree; asking refreshes its index, so it is asked last. */
export async function gitSays({ run }: Place, worktree: string) {
  return {
    status: await run(worktree, "status", "--porcelain=v2", "--branch", "--untracked-files=all"),
    entries: await run(worktree, "ls-files", "--stage", "-v", "-t"),
    commits: await run(worktree, "log", "--exclude=refs/signalbox/*", "--all", "--format=%H %s"),
  };
}
