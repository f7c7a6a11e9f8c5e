import { realpath } from "node:fs/promises";
import { basename, join } from "node:path";
import { GitError, WorkspaceError } from "../errors.ts";
import { absent, gitDirOf, present } from "../git-dir.ts";
import { readNote } from "../note.ts";
import { orphanGone } from "../orphan.ts";
import { commitAt, contains, moveRef, tipOf } from "../refs.ts";
import { type Git, line } from "../run.ts";
import { listWorktrees } from "../worktrees.ts";
import { readBack } from "./read-back.ts";
import { type Scratch, unchanged, withScratch } from "./scratch.ts";
import { type KeptState, keptRef } from "./state.ts";
import { indexes, type Source, store } from "./store.ts";
import { survey } from "./survey.ts";

export type Keep = {
  repoRoot: string;
  worktreesDir: string;
  workspaceId: string;
  worktreePath: string;
  /** As the record has them; the worktree's own word counts more. */
  branch: string | null;
  baseBranch: string | null;
};
/** `files` are the names that were stored; none where the worktree is gone. */
export type Kept = { commit: string; state: KeptState; files: string[] };

const tries = 3;

/**
 * Keeps all work of a workspace under its own ref: commits, and what is staged, unstaged and untracked (WSP-65). Index and files of the worktree
 * are only read. What was stored is read back object by object, and the worktree must still be as it was stored. A worktree that is gone has its
 * branch's commits kept; nothing that was kept before is lost by that. Throws `WorkspaceError`: `not_kept`.
 */
export async function keep(git: Git, input: Keep): Promise<Kept> {
  return withScratch(git, scratchOf(input), (scratch) => keepBy(git, scratch, input));
}

/** Where `keep`, `remove` and `restore` of a workspace put what they need meanwhile. */
export function scratchOf({
  repoRoot,
  worktreesDir,
  workspaceId,
}: Pick<Keep, "repoRoot" | "worktreesDir" | "workspaceId">) {
  return { repoRoot, dir: join(worktreesDir, ".keeping", workspaceId) };
}

/** As `keep`, with the index left in the scratch, so that it can be told later whether the files changed since. */
export async function keepBy(git: Git, scratch: Scratch, input: Keep): Promise<Kept> {
  try {
    for (let n = 1; n <= tries; n++) {
      const source = await sourceOf(git, input);
      const done = source.path === null ? await asKeptBefore(git, source) : null;
      if (done !== null) return done;
      const stored = await store(git, scratch, source);
      // Everything is read a second time: what changed in between would be half of one state and half of another.
      if ((await store(git, scratch, await sourceOf(git, input))).commit !== stored.commit) continue;
      await readBack(git, input.repoRoot, stored.commit, stored.before);
      await point(git, source, stored.commit);
      return stored;
    }
  } catch (error) {
    if (error instanceof WorkspaceError) throw error;
    const lines = error instanceof GitError ? error.lastLines : [];
    throw new WorkspaceError(
      "not_kept",
      `The work in ${input.worktreePath} could not be kept: ${(error as Error).message}`,
      lines,
    );
  }
  throw new WorkspaceError(
    "not_kept",
    `${input.worktreePath} changes while it is being kept: something is still at work in it`,
  );
}

/** What was stored beside the files of a kept workspace. */
export async function stateOf(git: Git, repoRoot: string, commit: string): Promise<KeptState> {
  const text = await line(git, repoRoot, ["cat-file", "blob", `${commit}^1:state.json`], {
    step: "read what was kept",
  });
  return JSON.parse(text) as KeptState;
}

async function sourceOf(git: Git, input: Keep): Promise<Source> {
  const { repoRoot, workspaceId, worktreePath, branch, baseBranch } = input;
  const path = await realpath(worktreePath).catch(absent);
  const gitDir = path === null ? await forgottenDir(git, repoRoot, worktreePath) : await gitDirOf(path);
  const note = gitDir === null ? null : await readNote(gitDir);
  if (path !== null) {
    const all = await listWorktrees(git, repoRoot);
    if (gitDir === null || !all.slice(1).some((worktree) => worktree.path === path))
      throw new WorkspaceError("not_kept", `${worktreePath} is not a worktree of ${repoRoot}`);
    if (note !== null && note.workspaceId !== workspaceId)
      throw new WorkspaceError("not_kept", `${worktreePath} belongs to workspace ${note.workspaceId}`);
    if (note?.restoring) throw new WorkspaceError("not_kept", `${worktreePath} is being restored`);
    await orphanGone(gitDir);
  }
  const base = { baseBranch: note?.baseBranch ?? baseBranch, baseSha: note?.baseSha ?? null };
  const known = { workspaceId, worktreePath, ...base, adminDir: gitDir && basename(gitDir) };
  const earlier = await commitAt(git, repoRoot, keptRef(workspaceId));
  return { repoRoot, path, gitDir, branch: note?.branch ?? branch, known, earlier };
}

/** Git's own directory of a worktree whose directory is gone. */
async function forgottenDir(git: Git, repoRoot: string, worktreePath: string): Promise<string | null> {
  const args = ["rev-parse", "--path-format=absolute", "--git-common-dir"];
  const admin = join(
    await line(git, repoRoot, args, { step: "find the git directory" }),
    "worktrees",
    basename(worktreePath),
  );
  const listed = (await listWorktrees(git, repoRoot)).some(({ path }) => path === worktreePath);
  return listed && (await present(join(admin, "HEAD"))) ? admin : null;
}

// The ref may know more than what is left now: it moves on only for commits that it lacks.
async function asKeptBefore(git: Git, { repoRoot, branch, earlier }: Source): Promise<Kept | null> {
  const tip = branch === null ? null : await tipOf(git, repoRoot, branch);
  if (earlier !== null && (tip === null || (await contains(git, repoRoot, earlier, tip))))
    return { commit: earlier, state: await stateOf(git, repoRoot, earlier), files: [] };
  if (tip === null) throw new WorkspaceError("not_kept", "Neither its worktree nor its branch is there any more");
  return null;
}

async function point(git: Git, { repoRoot, known, earlier }: Source, commit: string): Promise<void> {
  const ref = keptRef(known.workspaceId);
  const from = earlier ?? "0".repeat(commit.length);
  const moved = earlier === commit || (await moveRef(git, repoRoot, ref, commit, from, "signalbox: keep"));
  if (!moved || (await commitAt(git, repoRoot, ref)) !== commit)
    throw new GitError("keep the work", null, [`${ref} was moved meanwhile`]);
}

/** Whether the files in a directory are those that were stored last under this scratch. */
export async function isAsKept(git: Git, scratch: Scratch, path: string, { files, state }: Kept) {
  const { modes, empty, nested, notKept } = state;
  const seen = await survey(git, path);
  const same = JSON.stringify(seen) === JSON.stringify({ files, modes, empty, nested, notKept });
  return same && (await unchanged(scratch, path, indexes.files));
}
