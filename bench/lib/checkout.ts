import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Repository } from "../../tests/e2e/repository.ts";

/** A checkout that exists, e.g. an agent's worktree, to be worked in as in a repository of a test. */
export function checkoutAt(path: string): Pick<Repository, "path" | "git" | "write"> {
  return {
    path,
    git: (...args) => execFileSync("git", args, { cwd: path, encoding: "utf8" }).trim(),
    write: (file, text) => writeFileSync(join(path, file), text),
  };
}
