import { realpath, stat } from "node:fs/promises";
import { isAbsolute, relative } from "node:path";
import { CommandFailure, codeOf } from "../failure.ts";

/** Whether `path` is `dir` or lies below it; both absolute and without links. */
export function isWithin(path: string, dir: string): boolean {
  const way = relative(dir, path);
  return way === "" || (!isAbsolute(way) && way !== ".." && !way.startsWith("../"));
}

interface Bounds {
  baseDir: string;
  worktreesDir: string;
}

/** The real directory in which a session is to run; never made, and never outside the host's directories (SPN-21). */
export async function realCwd(cwd: string, { baseDir, worktreesDir }: Bounds): Promise<string> {
  let real: string;
  try {
    real = await realpath(cwd);
    if (!(await stat(real)).isDirectory())
      throw new CommandFailure("workspace_failed", `${cwd} is not a directory (base directory ${baseDir})`);
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    const why = codeOf(error) === "ENOENT" ? "does not exist" : `cannot be used (${codeOf(error)})`;
    throw new CommandFailure("workspace_failed", `${cwd} ${why}; base directory is ${baseDir}`);
  }
  const bounds = [await realpath(baseDir), await realpath(worktreesDir).catch(() => worktreesDir)];
  if (bounds.some((dir) => isWithin(real, dir))) return real;
  throw new CommandFailure(
    "workspace_failed",
    `${cwd} is really ${real}, which lies outside the base directory ${baseDir}`,
  );
}
