import { realpath, rm } from "node:fs/promises";
import { sep } from "node:path";
import { WorkspaceError } from "./errors.ts";
import { absent, branchUnderOperation, gitDirOf, present } from "./git-dir.ts";
import { takeBackRegistration } from "./registration.ts";
import type { Git } from "./run.ts";

export type Worktree = {
  path: string;
  head: string | null;
  branch: string | null;
  bare: boolean;
  locked: boolean;
};

/** Every worktree of the repository, the main one first. `repoRoot` is the main worktree's real path. */
export async function listWorktrees(git: Git, repoRoot: string): Promise<Worktree[]> {
  const { stdout } = await git(repoRoot, ["worktree", "list", "--porcelain", "-z"], { step: "list worktrees" });
  const records = stdout.split("\0\0").filter((record) => record !== "");
  const found = records.map(parseWorktree);
  // In a submodule, or with a separate git directory, git names the git directory here.
  const main = found[0];
  if (main && !main.bare) main.path = repoRoot;
  return found;
}

/** One record of `git worktree list --porcelain -z`. */
export function parseWorktree(record: string): Worktree {
  const worktree: Worktree = { path: "", head: null, branch: null, bare: false, locked: false };
  for (const field of record.split("\0")) {
    const space = field.indexOf(" ");
    const [key, value] = space === -1 ? [field, ""] : [field.slice(0, space), field.slice(space + 1)];
    if (key === "worktree") worktree.path = value;
    else if (key === "HEAD") worktree.head = /^0+$/.test(value) ? null : value;
    else if (key === "branch") worktree.branch = value.replace(/^refs\/heads\//, "");
    else if (key === "bare") worktree.bare = true;
    else if (key === "locked") worktree.locked = true;
  }
  return worktree;
}

export type Checkout = { path: string; gitDir: string };

/** Every checkout that has the branch checked out, or goes back to it after a rebase or bisect (WSP-34). */
export async function checkoutsOf(git: Git, repoRoot: string, branch: string): Promise<Checkout[]> {
  const found: Checkout[] = [];
  for (const worktree of await listWorktrees(git, repoRoot)) {
    if (worktree.bare) continue;
    const gitDir = await gitDirOf(worktree.path);
    if (gitDir === null) continue;
    const held = worktree.branch ?? (await branchUnderOperation(gitDir));
    if (held === branch) found.push({ path: worktree.path, gitDir });
  }
  return found;
}

/** Whether `path`, with links resolved, lies strictly under `parent` (WSP-67). */
async function liesUnder(path: string, parent: string): Promise<boolean> {
  const [inner, outer] = await Promise.all([realpath(path).catch(absent), realpath(parent).catch(absent)]);
  return inner !== null && outer !== null && inner.startsWith(outer + sep);
}

/**
 * Removes one of our worktrees: directory and registration, whatever state it is in. Removes nothing outside `worktreesDir` and never the main
 * worktree (throws `worktree_failed`).
 */
export async function removeWorktree(git: Git, where: { repoRoot: string; worktreesDir: string; path: string }) {
  const { repoRoot, worktreesDir, path } = where;
  await takeBackRegistration(git, repoRoot, path);
  const all = await listWorktrees(git, repoRoot);
  if (await present(path)) {
    if (!(await liesUnder(path, worktreesDir)) || all[0]?.path === path)
      throw new WorkspaceError("worktree_failed", `${path} is not under ${worktreesDir}: not removed`);
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
  if (all.some((worktree) => worktree.path === path))
    await git(repoRoot, ["worktree", "remove", "--force", "--force", "--", path], { step: "remove a worktree" });
}
