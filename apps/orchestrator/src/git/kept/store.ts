import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readCommit, secondsOf, writeCommit } from "../commit-object.ts";
import { GitError } from "../errors.ts";
import { present } from "../git-dir.ts";
import { commitAt, headBranchOf, tipOf } from "../refs.ts";
import { type Git, line } from "../run.ts";
import { copyGitState, copyIndex, mentioned, stagesOf, tipsAmong } from "./git-state.ts";
import { type Scratch, storeFiles } from "./scratch.ts";
import { type KeptState, parts } from "./state.ts";
import { type Survey, survey } from "./survey.ts";
import { directoryIn, pack } from "./tar.ts";

/** A worktree whose state is to be stored. `path` is null when it vanished from the disk; `gitDir` when git forgot it too. */
export type Source = {
  repoRoot: string;
  path: string | null;
  gitDir: string | null;
  /** Of the record, where the worktree itself cannot say. */
  branch: string | null;
  /** What was kept of this workspace before. */
  earlier: string | null;
  known: Pick<KeptState, "workspaceId" | "worktreePath" | "baseBranch" | "baseSha" | "adminDir">;
};
/** What was stored: the commit that holds everything, the commits that the repository had before the work, and the files. */
export type Stored = { commit: string; before: string[]; state: KeptState; files: string[] };

const nothing: Survey = { files: [], modes: [], empty: [], nested: [], notKept: [] };
const nobody = (at: number) => `signalbox <signalbox@localhost> ${at} +0000`;

/** The index under which the worktree's files are stored, and that of what git knows of it. */
export const indexes = { files: "files.index", state: "state.index" };

/**
 * Writes the state of a worktree into git's object store, as three commits: what is staged, what git knows of the worktree, and, on top of both
 * and of `HEAD`, its files as they are on the disk. Neither index nor files of the worktree are touched, no ref is moved, and no clock is asked:
 * the same state gives the same hash.
 */
export async function store(git: Git, scratch: Scratch, source: Source): Promise<Stored> {
  const { repoRoot, path, gitDir } = source;
  const at = gitDir === null ? null : await headOf(git, path ?? repoRoot, gitDir);
  const { branch } = source;
  const tip = branch === null ? null : await tipOf(git, repoRoot, branch);
  const head = at?.head ?? (at === null ? tip : null);
  const seen = path === null ? nothing : await survey(git, path);
  const state: KeptState = {
    version: 1,
    ...source.known,
    vanished: path === null,
    branch,
    tip,
    headRef: at === null ? branch && `refs/heads/${branch}` : at.ref,
    head,
    modes: seen.modes,
    empty: seen.empty,
    nested: seen.nested,
    notKept: seen.notKept,
  };
  const heads = [...new Set([head, tip])].filter((sha) => sha !== null);
  const own = await storeGitState(git, scratch, source, state, heads);
  const time = head === null ? 0 : secondsOf((await readCommit(git, repoRoot, head)).committer);
  const person = { author: nobody(time), committer: nobody(time), encoding: null };
  const write = (tree: string, parents: string[], message: string) =>
    writeCommit(git, repoRoot, { tree, parents, ...person, message: `${message} of ${state.workspaceId}\n` });
  const parents = head === null ? [] : [head];
  // Of a worktree that is gone, what was kept before may hold more than is left.
  const earlier = path === null && source.earlier !== null ? [source.earlier] : [];
  const ofGit = await write(own.tree, [...heads, ...own.tips, ...earlier], "What git knows");
  const staged = own.stagedTree === null ? [] : [await write(own.stagedTree, parents, "What is staged")];
  const files = path === null ? null : await storeFiles(scratch, path, indexes.files, seen.files);
  const tree =
    files ?? own.stagedTree ?? (await line(git, repoRoot, ["rev-parse", `${head}^{tree}`], { step: "read the tip" }));
  const commit = await write(tree, [ofGit, ...staged, ...parents], "Kept work");
  const base = state.baseSha && (await commitAt(git, repoRoot, state.baseSha));
  return { commit, before: base ? [base] : heads, state, files: seen.files };
}

async function headOf(git: Git, cwd: string, gitDir: string) {
  const env = { GIT_DIR: gitDir };
  const inDir: Git = (at, args, options) => git(at, args, { ...options, env: { ...options.env, ...env } });
  const branch = await headBranchOf(inDir, cwd);
  return { branch, ref: branch === null ? null : `refs/heads/${branch}`, head: await commitAt(inDir, cwd, "HEAD") };
}

async function storeGitState(git: Git, scratch: Scratch, source: Source, state: KeptState, heads: string[]) {
  const { repoRoot, path, gitDir } = source;
  const files = join(scratch.dir, "state");
  await mkdir(files, { recursive: true });
  await writeFile(join(files, parts.state), JSON.stringify(state, null, 1));
  const names: string[] = [parts.state];
  let tips: string[] = [];
  let stages: (string | null)[] = [null];
  if (gitDir !== null) {
    const cwd = path ?? repoRoot;
    const copied = await copyGitState(gitDir, join(files, parts.gitDir));
    names.push(...copied.map((name) => `${parts.gitDir}/${name}`));
    tips = await tipsAmong(git, repoRoot, await mentioned(join(files, parts.gitDir), copied), heads);
    const index = await copyIndex(git, cwd, gitDir, join(files, parts.index));
    if (index !== null) {
      names.push(parts.index);
      stages = await stagesOf(git, cwd, gitDir, index);
    }
    if (await present(join(gitDir, "modules"))) {
      await pack(directoryIn(join(gitDir, "modules"), ""), join(files, parts.modules));
      names.push(parts.modules);
    }
  }
  for (const [n, name] of state.nested.entries()) {
    if (path === null) throw new GitError("keep the worktree", null, [`${name} is gone`]);
    await pack(directoryIn(path, name), join(files, parts.nested, `${n}.tar`));
    names.push(`${parts.nested}/${n}.tar`);
  }
  await storeFiles(scratch, files, indexes.state, names);

  const step = "store what git knows";
  for (const [stage, tree] of stages.entries())
    if (tree !== null && stage > 0)
      await scratch.run(files, indexes.state, ["read-tree", `--prefix=conflict-${stage}/`, tree], { step });
  const tree = (await scratch.run(files, indexes.state, ["write-tree"], { step })).stdout.trim();
  return { tree, tips, stagedTree: stages[0] ?? null };
}
