import { existsSync, readFileSync, watch } from "node:fs";
import { join } from "node:path";
import { type Arrivals, arrivals } from "./arrivals.ts";

/** Arrivals that the kernel tells of, without polling; open it before what causes them. */
export type Watched = Pick<Arrivals, "of"> & { close(): void };

/** Files that appear in a directory, by name. */
export function filesIn(dir: string): Watched {
  const files = arrivals();
  const watcher = watch(dir, (_, name) => {
    if (name !== null && existsSync(join(dir, name))) files.arrived(name);
  });
  return { of: files.of, close: () => watcher.close() };
}

/** Commits to which a branch of a repository moves. */
export function tipsOf(repository: string, branch: string): Watched {
  const dir = join(repository, ".git/refs/heads");
  const tips = arrivals();
  const watcher = watch(dir, (_, name) => {
    if (name === branch) tips.arrived(readFileSync(join(dir, branch), "utf8").trim());
  });
  return { of: tips.of, close: () => watcher.close() };
}
