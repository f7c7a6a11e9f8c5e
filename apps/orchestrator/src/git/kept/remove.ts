import { lstat, realpath, rename, rm } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { WorkspaceError } from "../errors.ts";
import { absent, gitDirOf, present } from "../git-dir.ts";
import { readNote } from "../note.ts";
import { commitAt, deleteBranch, tipOf } from "../refs.ts";
import { takeBackRegistration } from "../registration.ts";
import type { Git } from "../run.ts";
import { listWorktrees } from "../worktrees.ts";
import { isAsKept, type Keep, type Kept, keepBy, scratchOf } from "./keep.ts";
import { type Scratch, withScratch } from "./scratch.ts";
import { keptRef } from "./state.ts";

/**
 * Removes the worktree of a workspace once all of its work is kept (WSP-65), with its branch. What changed since an earlier keeping is kept
 * first. Called again after a kill at any point it goes on where it was. Throws `WorkspaceError`: `not_ours` for anything but a registered
 * worktree of this workspace that lies strictly under `worktreesDir` (WSP-67), `not_kept` when the work could not be kept; then nothing is removed.
 */
export async function removeKept(git: Git, input: Keep): Promise<Kept> {
  const path = await placeOf(input);
  if (path !== null && (await present(leaving(path))) && !(await present(path))) await rename(leaving(path), path);
  const there = path !== null && (await isOurs(git, input, path));
  return withScratch(git, scratchOf(input), async (scratch) => {
    const kept = await keepBy(git, scratch, input);
    if (there) await moveAway(git, scratch, path, kept);
    if (path !== null) await rm(removing(path), { recursive: true, force: true, maxRetries: 3 });
    await forget(git, input.repoRoot, path ?? input.worktreePath);
    await dropBranch(git, input.repoRoot, kept);
    return kept;
  });
}

const refusal = (path: string, why: string) => new WorkspaceError("not_ours", `${path} ${why}: not removed`);

/** The path with the links above it resolved; null when nothing is there any more. Throws `not_ours` unless it lies strictly under `worktreesDir`. */
async function placeOf({ worktreesDir, worktreePath }: Keep): Promise<string | null> {
  const parent = await realpath(dirname(worktreePath)).catch(absent);
  if (parent === null) return null;
  const root = await realpath(worktreesDir).catch(absent);
  const path = join(parent, basename(worktreePath));
  if (root === null || !path.startsWith(root + sep)) throw refusal(worktreePath, `does not lie under ${worktreesDir}`);
  return path;
}

/** Whether the worktree is there. Throws `not_ours` for anything else in its place. */
async function isOurs(git: Git, { repoRoot, workspaceId }: Keep, path: string): Promise<boolean> {
  const found = await lstat(path).catch(absent);
  if (found === null) return false;
  if (!found.isDirectory()) throw refusal(path, "is not a directory of its own");
  const [main, ...others] = await listWorktrees(git, repoRoot);
  if (main?.path === path || path === repoRoot) throw refusal(path, `is the main worktree of ${repoRoot}`);
  const listed = others.find((worktree) => worktree.path === path);
  if (!listed) throw refusal(path, `is not a worktree of ${repoRoot}`);
  if (listed.locked) throw refusal(path, "is locked by git worktree lock");
  const gitDir = await gitDirOf(path);
  const note = gitDir && (await readNote(gitDir));
  if (!note || note.workspaceId !== workspaceId) throw refusal(path, `is not the worktree of workspace ${workspaceId}`);
  return true;
}

// Beside its place, so that it goes there in one step: `leaving` may come back whole, of `removing` a part may be gone already.
const leaving = (path: string): string => join(dirname(path), `.leaving-${basename(path)}`);
const removing = (path: string): string => join(dirname(path), `.removing-${basename(path)}`);

// Whoever writes by the old path is stopped by the move; what came between the keeping and the move is looked for after it.
async function moveAway(git: Git, scratch: Scratch, path: string, kept: Kept): Promise<void> {
  await rm(removing(path), { recursive: true, force: true, maxRetries: 3 });
  await rename(path, leaving(path));
  const still = await isAsKept(git, scratch, leaving(path), kept).catch((error: Error) => error);
  if (still === true) return rename(leaving(path), removing(path));
  await rename(leaving(path), path);
  if (still instanceof Error) throw still;
  throw new WorkspaceError("not_kept", `${path} changed while it was being removed: something is still at work in it`);
}

/** Has git forget a worktree whose directory is gone. */
export async function forget(git: Git, repoRoot: string, path: string): Promise<void> {
  await takeBackRegistration(git, repoRoot, path);
  if ((await listWorktrees(git, repoRoot)).some((worktree) => worktree.path === path) && !(await present(path)))
    await git(repoRoot, ["worktree", "remove", "--force", "--force", "--", path], { step: "remove a worktree" });
}

/** The branch goes with its worktree if it is where it was kept, and nobody else has it checked out. */
async function dropBranch(git: Git, repoRoot: string, { state: { branch, tip } }: Kept): Promise<void> {
  if (branch === null || tip === null || !branch.startsWith("signalbox/")) return;
  if ((await tipOf(git, repoRoot, branch)) !== tip) return;
  if ((await listWorktrees(git, repoRoot)).some((worktree) => worktree.branch === branch)) return;
  await deleteBranch(git, repoRoot, branch, tip);
}

/** Removes the kept work itself, for good; nothing happens if there is none. */
export async function dropKept(
  git: Git,
  { repoRoot, workspaceId }: Pick<Keep, "repoRoot" | "workspaceId">,
): Promise<void> {
  const ref = keptRef(workspaceId);
  const at = await commitAt(git, repoRoot, ref);
  if (at !== null) await git(repoRoot, ["update-ref", "-d", ref, at], { step: "remove the kept work" });
}
