import { chmod, copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { onDisk } from "../changes.ts";
import { WorkspaceError } from "../errors.ts";
import { absent, gitDirOf, present } from "../git-dir.ts";
import { branchParts, nextBranch, worktreePathOf } from "../names.ts";
import { readNote, type WorkspaceNote, writeNote } from "../note.ts";
import { orphanGone } from "../orphan.ts";
import { branchesOf, commitAt, createBranch, tipOf } from "../refs.ts";
import { addWorktree, settleRegistrations } from "../registration.ts";
import { type Git, splitNul } from "../run.ts";
import { listWorktrees } from "../worktrees.ts";
import { scratchOf, stateOf } from "./keep.ts";
import { forget } from "./remove.ts";
import { type Scratch, withScratch, writeFiles } from "./scratch.ts";
import { type KeptState, keptRef, parts } from "./state.ts";
import { directoryIn, unpack } from "./tar.ts";

export type Restore = { repoRoot: string; worktreesDir: string; workspaceId: string };
export type Restored = {
  worktreePath: string;
  branch: string | null;
  baseBranch: string | null;
  baseSha: string | null;
  headSha: string | null;
  /** Names that were taken meanwhile, so that new ones are used. */
  renamed: { branch: string | null; worktreePath: string | null };
};
type Plan = {
  repoRoot: string;
  commit: string;
  state: KeptState;
  path: string;
  branch: string | null;
  note: WorkspaceNote;
};

/**
 * Brings a kept workspace back: its branch, and a worktree with commits, index and files as they were (WSP-68). A directory or branch of that
 * name that is there by now is left alone, and a new name used. Called again after a kill, or after it is done, it leads to the same worktree.
 * Throws `WorkspaceError`: `nothing_kept`.
 */
export async function restore(git: Git, input: Restore): Promise<Restored> {
  await settleRegistrations(git, input);
  const begun = await ownWorktree(git, input);
  if (begun === null || begun.note.restoring !== undefined) await bringBack(git, input, begun);
  const { path, note } = (await ownWorktree(git, input))!;
  const { branch, baseBranch, baseSha, renamed = { branch: null, worktreePath: null } } = note;
  const headSha = await commitAt(git, path, "HEAD");
  const names = { branch: branch || null, baseBranch: baseBranch || null, baseSha: baseSha || null };
  return { worktreePath: path, ...names, headSha, renamed };
}

type Begun = { path: string; note: WorkspaceNote } | null;

async function bringBack(git: Git, input: Restore, begun: Begun): Promise<void> {
  const { repoRoot, workspaceId } = input;
  const ref = keptRef(workspaceId);
  const commit = await commitAt(git, repoRoot, ref);
  if (commit === null) throw new WorkspaceError("nothing_kept", `${repoRoot} has no ${ref}: nothing of it is kept`);
  const state = await stateOf(git, repoRoot, commit);
  // Git still knows a worktree that vanished; what it knows of it is kept.
  for (const known of [state.worktreePath, worktreePathOf(input.worktreesDir, repoRoot, workspaceId)])
    if (begun === null && !(await present(known))) await forget(git, repoRoot, known);
  const path = begun?.path ?? (await freePath(input));
  const branch = await freeBranch(git, repoRoot, state, begun);
  const renamed = {
    branch: branch === state.branch ? null : state.branch,
    worktreePath: path === state.worktreePath ? null : state.worktreePath,
  };
  const base = { baseBranch: state.baseBranch ?? "", baseSha: state.baseSha ?? "" };
  const note: WorkspaceNote = { workspaceId, ...base, branch: branch ?? "", renamed };
  await withScratch(git, scratchOf(input), (scratch) =>
    bring(git, scratch, input, { repoRoot, commit, state, path, branch, note }),
  );
}

// A worktree of this workspace that is registered: begun by an earlier try, or whole.
async function ownWorktree(git: Git, { repoRoot, workspaceId }: Restore): Promise<Begun> {
  for (const { path } of (await listWorktrees(git, repoRoot)).slice(1)) {
    const gitDir = await gitDirOf(path);
    const note = gitDir && (await readNote(gitDir));
    if (note && note.workspaceId === workspaceId) return { path, note };
  }
  return null;
}

async function freePath({ worktreesDir, repoRoot, workspaceId }: Restore): Promise<string> {
  const wanted = worktreePathOf(worktreesDir, repoRoot, workspaceId);
  await mkdir(dirname(wanted), { recursive: true });
  for (let n = 1; ; n++) {
    const path = n === 1 ? wanted : `${wanted}-${n}`;
    if (!(await present(path))) return path;
  }
}

async function freeBranch(git: Git, repoRoot: string, { branch, tip }: KeptState, begun: Begun) {
  if (branch === null || tip === null) return branch;
  const others = (await listWorktrees(git, repoRoot)).filter(({ path }) => path !== begun?.path);
  const held = others.flatMap((worktree) => worktree.branch ?? []);
  const isFree = async (name: string) => {
    const now = await tipOf(git, repoRoot, name);
    return !held.includes(name) && (now === null || now === tip);
  };
  for (const name of [begun?.note.branch, branch]) if (name && (await isFree(name))) return name;
  const { stem } = branchParts(branch);
  return nextBranch(stem, [branch, ...held, ...(await branchesOf(git, repoRoot, stem))]);
}

async function bring(git: Git, scratch: Scratch, { repoRoot, worktreesDir }: Restore, plan: Plan) {
  const { commit, state, path, branch, note } = plan;
  const known = await gitDirOf(path);
  const gitDir = known ?? (await addWorktree(git, { repoRoot, worktreesDir, path }, state.head ?? commit));
  await orphanGone(gitDir);
  await writeNote(gitDir, { ...note, restoring: commit });
  if (branch !== null && state.tip !== null) await createBranch(git, repoRoot, branch, state.tip);
  await clear(path);
  await writeFiles(scratch, path, "files.index", commit);
  const kept = join(scratch.dir, "state");
  await mkdir(kept);
  await writeFiles(scratch, kept, "state.index", `${commit}^1`);
  await placeGitState(git, kept, gitDir, plan);
  if (state.vanished && !(await present(join(gitDir, "index"))))
    await git(path, ["read-tree", "HEAD"], { step: "make the index" });
  for (const name of state.empty) await mkdir(onDisk(path, name), { recursive: true });
  for (const [n, name] of state.nested.entries())
    await unpack(join(kept, parts.nested, `${n}.tar`), directoryIn(path, name));
  await setModes(scratch, path, state);
  await writeNote(gitDir, note);
}

/** What an earlier try brought goes: a file of it may be half written. */
async function clear(path: string): Promise<void> {
  for (const name of await readdir(path, { encoding: "buffer" }))
    if (name.toString() !== ".git") await rm(Buffer.concat([Buffer.from(join(path, "/")), name]), { recursive: true });
}

// Git knows two modes and leaves the rest to the process; here each file gets the one that it had.
async function setModes(scratch: Scratch, path: string, { modes }: KeptState): Promise<void> {
  const special = new Map(modes);
  const args = ["ls-files", "-z", "--stage"];
  const { stdout } = await scratch.run(path, "files.index", args, { step: "set the modes", encoding: "latin1" });
  for (const entry of splitNul(stdout)) {
    if (entry.startsWith("120000 ")) continue;
    const name = entry.slice(entry.indexOf("\t") + 1);
    await chmod(onDisk(path, name), special.get(name) ?? (entry.startsWith("100755 ") ? 0o755 : 0o644));
  }
}

async function placeGitState(git: Git, kept: string, gitDir: string, plan: Plan): Promise<void> {
  const from = join(kept, parts.gitDir);
  for (const entry of (await readdir(from, { recursive: true, withFileTypes: true }).catch(absent)) ?? []) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    const to = join(gitDir, source.slice(from.length + 1));
    await mkdir(dirname(to), { recursive: true });
    await copyFile(source, to);
  }
  if (await present(join(kept, parts.modules)))
    await unpack(join(kept, parts.modules), directoryIn(join(gitDir, "modules"), ""));
  await rm(join(gitDir, "index"), { force: true });
  if (await present(join(kept, parts.index))) await copyFile(join(kept, parts.index), join(gitDir, "index"));
  if (plan.branch !== null && plan.state.branch !== null && plan.branch !== plan.state.branch)
    await renameIn(gitDir, plan.state.branch, plan.branch);
  await placeHead(git, gitDir, plan);
}

/** `HEAD` names the branch that it named, or the commit, where that branch went on or is in use elsewhere. */
async function placeHead(git: Git, gitDir: string, { repoRoot, path, state, branch }: Plan): Promise<void> {
  const was = state.headRef?.replace(/^refs\/heads\//, "") ?? null;
  const named = was === state.branch ? branch : was;
  if (named !== null && named !== branch && state.head !== null) {
    await createBranch(git, repoRoot, named, state.head);
    const others = (await listWorktrees(git, repoRoot)).filter((worktree) => worktree.path !== path);
    const free = !others.some((worktree) => worktree.branch === named);
    if (free && (await tipOf(git, repoRoot, named)) === state.head)
      return writeHead(gitDir, `ref: refs/heads/${named}`);
    return writeHead(gitDir, state.head);
  }
  return writeHead(gitDir, named === null ? state.head! : `ref: refs/heads/${named}`);
}

const writeHead = (gitDir: string, text: string) => writeFile(join(gitDir, "HEAD"), `${text}\n`);

// Files in which git says which branch is checked out, or is gone back to after a rebase or bisect.
async function renameIn(gitDir: string, from: string, to: string): Promise<void> {
  for (const name of ["rebase-merge/head-name", "rebase-apply/head-name", "BISECT_START"]) {
    const file = join(gitDir, name);
    if (!(await present(file))) continue;
    const text = await readFile(file, "utf8");
    const renamed = text.replace(/^(ref: )?(refs\/heads\/)?(.*?)(\n?)$/s, (all, ref = "", heads = "", branch, end) =>
      branch === from ? `${ref}${heads}${to}${end}` : all,
    );
    await writeFile(file, renamed);
  }
}
