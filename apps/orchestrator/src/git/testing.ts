import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { CheckReport } from "@signalbox/api/contracts";
import { execa } from "execa";
import { createWorktree } from "./create.ts";
import { type Land, land } from "./land.ts";
import type { Change, ChangeOutcome } from "./outcome.ts";
import { findRepository } from "./repository.ts";
import { type Git, makeGit } from "./run.ts";

/** A real repository in a temporary directory with a home of its own. Remove it with `remove`. */
export type Place = Awaited<ReturnType<typeof makePlace>>;

const people = {
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.org",
  GIT_COMMITTER_NAME: "Ada",
  GIT_LITERAL_PATHSPECS: "1",
};

/** Makes the repository `name` with one commit on `main`: `a.txt`, `b.txt` and a `.gitignore` of `*.log`. */
export async function makePlace(name = "shop") {
  const root = await realpath(await mkdtemp(join(tmpdir(), "signalbox-git-")));
  const repoRoot = join(root, name);
  const home = join(root, "home");
  await mkdir(repoRoot, { recursive: true });
  await mkdir(home);
  const env = { PATH: process.env.PATH, HOME: home, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
  const git = makeGit(env);
  /** What a person or agent does, by the plain program. Throws when it fails. */
  const run = async (cwd: string, ...args: string[]) => {
    const asPerson = { ...env, ...people, GIT_COMMITTER_EMAIL: "ada@example.org" };
    return (await execa("git", args, { cwd, env: asPerson, extendEnv: false })).stdout;
  };
  const write = async (cwd: string, path: string, text: string) => {
    await mkdir(dirname(join(cwd, path)), { recursive: true });
    await writeFile(join(cwd, path), text);
  };
  const read = (cwd: string, path: string) => readFile(join(cwd, path), "utf8");
  const commit = async (cwd: string, files: Record<string, string>, message = "change") => {
    for (const [path, text] of Object.entries(files)) await write(cwd, path, text);
    await run(cwd, "add", "--all", "--force", "--", ...Object.keys(files));
    await run(cwd, "commit", "--quiet", "--message", message);
    return run(cwd, "rev-parse", "HEAD");
  };
  const status = (cwd: string) => run(cwd, "status", "--porcelain");
  await run(repoRoot, "init", "--quiet", "--initial-branch=main");
  await commit(repoRoot, { "a.txt": "one\ntwo\nthree\n", "b.txt": "b\n", ".gitignore": "*.log\n" }, "first");
  const remove = () => rm(root, { recursive: true, force: true });
  return {
    root,
    repoRoot,
    home,
    env,
    git,
    run,
    write,
    read,
    commit,
    status,
    remove,
    worktreesDir: join(root, "trees"),
  };
}

/** A workspace of the place, made by `createWorktree`. */
export async function makeWorkspace(place: Place, workspaceId = "ws_1", agentId = "claude-aaaaaa") {
  const repo = (await findRepository(place.git, place.repoRoot))!;
  const { worktreesDir } = place;
  return createWorktree(place.git, { repo, worktreesDir, workspaceId, agentId, baseBranch: "main" });
}

/** What lands the head of a worktree. */
export async function changeOf(place: Place, worktreePath: string, changed: Partial<Change> = {}): Promise<Change> {
  const branch = await place.run(worktreePath, "rev-parse", "--abbrev-ref", "HEAD");
  const commit = await place.run(worktreePath, "rev-parse", "HEAD");
  return { id: "ws_1", worktreePath, branch, commit, recycle: true, ...changed };
}

/** The input that lands changes on `main`. */
export function landInput(place: Place, changes: Change[], changed: Partial<Land> = {}): Land {
  const { repoRoot, worktreesDir } = place;
  return {
    repoRoot,
    worktreesDir,
    baseBranch: "main",
    changes,
    progress: null,
    onProgress: async () => {},
    ...changed,
  };
}

/** Lands the head of a worktree on `main`; `commit` and `recycle` are the change's. */
export async function landHead(
  place: Place,
  worktreePath: string,
  { commit, recycle, ...changed }: Partial<Land> & Partial<Pick<Change, "commit" | "recycle">> = {},
  git: Git = place.git,
): Promise<ChangeOutcome> {
  const own = { ...(commit === undefined ? {} : { commit }), ...(recycle === undefined ? {} : { recycle }) };
  const change = await changeOf(place, worktreePath, own);
  return (await land(git, landInput(place, [change], changed)))[0]!;
}

/** A check of one name that says what it is told to. */
export const checked = (green: boolean, name = "test"): { green: boolean; checks: CheckReport[] } => {
  const attempt = { green, exitCode: green ? 0 : 1, reason: "exit" as const, durationMs: 1, lastLines: [] };
  return { green, checks: [{ name, green, attempts: [attempt] }] };
};
