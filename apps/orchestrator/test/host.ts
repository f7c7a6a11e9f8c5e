import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StartNeeds } from "../src/commands/start.ts";
import { exec } from "../src/exec.ts";
import { makeGit } from "../src/git/index.ts";
import { createSerial } from "../src/serial.ts";
import { listSessions } from "../src/tmux/sessions.ts";
import { token } from "./launch.ts";
import { programs, scene } from "./scene.ts";

const identity = ["-c", "user.name=Test", "-c", "user.email=test@localhost"];

/** All that starting a session needs, on a host whose base directory has `repo`, a repository with one commit and a sub-directory. */
export async function startingHost(issueToken: () => Promise<string> = async () => token) {
  const made = await scene();
  const baseDir = join(made.path, "base");
  const repo = join(baseDir, "repo");
  for (const dir of [join(repo, "sub"), join(baseDir, "plain"), join(made.path, "outside")])
    mkdirSync(dir, { recursive: true });
  writeFileSync(join(repo, "sub", "file"), "one\n");
  const git = (...args: string[]) => exec("git", args, { cwd: repo, env: made.env });
  for (const args of [
    ["init", "-q", "-b", "main"],
    ["add", "."],
    [...identity, "commit", "-qm", "one"],
  ])
    await git(...args);
  const dist = await programs();
  const announced: string[] = [];
  const needs: StartNeeds = {
    sessions: made.sessions,
    git: makeGit(made.env),
    serial: createSerial(),
    programs: { node: process.execPath, runner: join(dist, "runner.mjs"), sbx: join(dist, "sbx.mjs") },
    relay: new URL("http://127.0.0.1:9"),
    baseDir,
    worktreesDir: made.paths.worktrees,
    runDir: made.paths.run,
    env: made.env,
    providers: {},
    rigsDir: made.paths.rigs,
    shared: new Map(),
    now: () => new Date(),
    announce: async ({ workspace }) => {
      const names = (await listSessions(made.tmux)).map(({ name }) => name);
      announced.push(`${workspace?.mode} ${names.length}`);
    },
    issueToken,
  };
  /** Commits everything in a directory. */
  const commitIn = async (cwd: string) => {
    for (const args of [
      ["add", "."],
      [...identity, "commit", "-qm", "work"],
    ])
      await exec("git", args, { cwd, env: made.env });
  };
  return { ...made, [Symbol.asyncDispose]: made[Symbol.asyncDispose], baseDir, repo, git, needs, announced, commitIn };
}
