import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { GitError } from "./errors.ts";
import { absent, gitDirOf, readText } from "./git-dir.ts";
import { queuePathOf, shortHash, worktreePathOf } from "./names.ts";
import { pidGone } from "./orphan.ts";
import { type Git, line } from "./run.ts";

export type Where = { repoRoot: string; worktreesDir: string; path: string };

/**
 * Registers a detached worktree without files and gives its git directory. While git is at it a file beside the worktree says so: a registration
 * that is cut off keeps git from listing any worktree of the repository, and `settleRegistrations` must find it.
 */
export async function addWorktree(git: Git, { repoRoot, path }: Where, commit: string): Promise<string> {
  const step = "add the worktree";
  await mkdir(dirname(path), { recursive: true });
  const pidFile = traceOf(path);
  await writeFile(pidFile, "");
  const args = ["worktree", "add", "--no-checkout", "--detach", "--", path, commit];
  await git(repoRoot, args, { step, pidFile }).finally(() => rm(pidFile, { force: true }));
  const gitDir = await gitDirOf(path);
  if (gitDir === null) throw new GitError(step, null, [`${path} has no git directory`]);
  return gitDir;
}

/** Waits for registrations that outlived an orchestrator, and takes back those that were cut off (WSP-42). */
export async function settleRegistrations(git: Git, where: Omit<Where, "path">): Promise<void> {
  const { repoRoot, worktreesDir } = where;
  const trees = dirname(worktreePathOf(worktreesDir, repoRoot, "x"));
  const queues = dirname(queuePathOf(worktreesDir, repoRoot, "x"));
  for (const [parent, prefix] of [
    [trees, ""],
    [queues, shortHash(repoRoot)],
  ] as const)
    for (const name of (await readdir(parent).catch(absent)) ?? []) {
      const path = pathOf(join(parent, name));
      if (path !== null && basename(path).startsWith(prefix)) await settleOne(git, repoRoot, path);
    }
}

async function settleOne(git: Git, repoRoot: string, path: string): Promise<void> {
  const trace = traceOf(path);
  await pidGone(trace);
  await takeBackRegistration(git, repoRoot, path);
  await rm(trace, { force: true });
}

/** Removes what a cut-off `git worktree add` for this path left; git itself neither lists nor prunes it. Leaves a whole one alone. */
export async function takeBackRegistration(git: Git, repoRoot: string, path: string): Promise<void> {
  const args = ["rev-parse", "--path-format=absolute", "--git-common-dir"];
  const common = await line(git, repoRoot, args, { step: "find the git directory" });
  const admin = join(common, "worktrees", basename(path));
  if ((await stat(admin).catch(absent)) === null || (await isWhole(admin))) return;
  await rm(admin, { recursive: true, force: true });
  const inside = await readdir(path).catch(absent);
  if (inside?.every((name) => name === ".git")) await rm(path, { recursive: true, force: true });
}

async function isWhole(admin: string): Promise<boolean> {
  if ((await readText(join(admin, "locked")))?.trim() === "initializing") return false;
  const texts = await Promise.all(["gitdir", "commondir", "HEAD"].map((name) => readText(join(admin, name))));
  return texts.every((text) => text !== null && text.trim() !== "");
}

function traceOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.adding`);
}

function pathOf(trace: string): string | null {
  const name = /^\.(.+)\.adding$/s.exec(basename(trace))?.[1];
  return name === undefined ? null : join(dirname(trace), name);
}
