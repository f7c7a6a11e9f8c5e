import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A real git repository with one commit on main. */
export interface Repository {
  path: string;
  git(...args: string[]): string;
  write(file: string, text: string): void;
  remove(file: string): void;
}

export function createRepository(parent: string, name: string): Repository {
  const path = join(parent, name);
  mkdirSync(path);
  const git = (...args: string[]) => execFileSync("git", args, { cwd: path, encoding: "utf8" }).trim();
  const write = (file: string, text: string) => writeFileSync(join(path, file), text);
  git("init", "-q", "-b", "main");
  git("config", "user.name", "E2E");
  git("config", "user.email", "e2e@example.invalid");
  write("README.md", `# ${name}\n`);
  git("add", "-A");
  git("commit", "-q", "-m", "Begin");
  return { path, git, write, remove: (file) => rmSync(join(path, file)) };
}
