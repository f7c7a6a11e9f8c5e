import { writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { execa } from "execa";
import { GitError } from "./errors.ts";

export type GitOptions = {
  /** What is being done, for the error. */
  step: string;
  /** Exit codes that are answers, not failures; default only 0. */
  okCodes?: number[];
  /** Index file to use in place of the checkout's own. */
  indexFile?: string;
  env?: Record<string, string>;
  input?: Uint8Array | string;
  /** `latin1` keeps every byte of file names and commit texts; default `utf8`. */
  encoding?: "utf8" | "latin1";
  /** Takes the output piece by piece as it comes; `stdout` is then empty. Must not throw. */
  onOutput?: (piece: Uint8Array) => void;
  /** Milliseconds, default 5 minutes. */
  timeoutMs?: number;
  /** Of each output, default 64 MiB; more is an error. */
  maxBytes?: number;
  /** Holds the process id while git runs, so that one that outlived us can be found (WSP-42). */
  pidFile?: string;
};
export type GitResult = { stdout: string; stderr: string; exitCode: number };

/** Runs git in a directory. Throws `GitError`. The only way in which this folder touches git. */
export type Git = (cwd: string, args: readonly string[], options: GitOptions) => Promise<GitResult>;

const passed = [
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "TMPDIR",
  "XDG_CONFIG_HOME",
  "GIT_CONFIG_GLOBAL",
  "GIT_CONFIG_SYSTEM",
  "GIT_CONFIG_NOSYSTEM",
  "SSH_AUTH_SOCK",
];

const fixedEnv = {
  LC_ALL: "C",
  GIT_TERMINAL_PROMPT: "0",
  GIT_EDITOR: ":",
  GIT_SEQUENCE_EDITOR: ":",
  GIT_LITERAL_PATHSPECS: "1",
};

// What we do must not run a repository's hooks, ask for a key, start background work, or be on a disk's cache only when base has moved.
const fixedConfig = {
  "core.hooksPath": "/dev/null",
  "core.fsmonitor": "false",
  "core.fsync": "committed,reference",
  "core.filesRefLockTimeout": "5000",
  "commit.gpgSign": "false",
  "gc.auto": "0",
  "maintenance.auto": "false",
  "submodule.recurse": "false",
};

const configArgs = Object.entries(fixedConfig).flatMap(([key, value]) => ["-c", `${key}=${value}`]);

/** Makes the git runner from a process environment, of which only the names git needs are passed on. */
export function makeGit(env: Record<string, string | undefined>): Git {
  const own = Object.fromEntries(passed.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
  return async (cwd, args, options) => {
    const index = options.indexFile === undefined ? {} : { GIT_INDEX_FILE: options.indexFile };
    const child = execa("git", [...configArgs, ...args], {
      cwd,
      env: { ...own, ...fixedEnv, ...options.env, ...index },
      extendEnv: false,
      reject: false,
      stripFinalNewline: false,
      encoding: options.encoding ?? "utf8",
      timeout: options.timeoutMs ?? 300_000,
      maxBuffer: options.maxBytes ?? 64 * 1024 * 1024,
      ...(options.onOutput === undefined ? {} : { buffer: { stdout: false } }),
      ...(options.input === undefined ? { stdin: "ignore" as const } : { input: options.input }),
    });
    if (options.pidFile !== undefined && child.pid !== undefined) writeFileSync(options.pidFile, String(child.pid));
    if (options.onOutput !== undefined) child.stdout.on("data", options.onOutput);
    const done = await child;
    if (options.pidFile !== undefined) await rm(options.pidFile, { force: true });
    const exitCode = done.exitCode ?? null;
    if (exitCode !== null && !done.timedOut && !done.isMaxBuffer && (options.okCodes ?? [0]).includes(exitCode))
      return { stdout: done.stdout ?? "", stderr: done.stderr, exitCode };
    const lines = done.stderr.split("\n").filter((line) => line.trim() !== "");
    if (done.timedOut) lines.push(`git was ended after ${(options.timeoutMs ?? 300_000) / 1000} s`);
    else if (done.isMaxBuffer) lines.push("git wrote more than is read");
    else if (exitCode === null) lines.push(done.shortMessage ?? "git did not start");
    throw new GitError(options.step, exitCode, lines.slice(-20));
  };
}

/** Runs git and gives its output without the final newline. */
export async function line(git: Git, cwd: string, args: readonly string[], options: GitOptions): Promise<string> {
  return (await git(cwd, args, options)).stdout.replace(/\n$/, "");
}

/** Splits what git wrote under `-z`. */
export function splitNul(text: string): string[] {
  return text.split("\0").filter((part) => part !== "");
}
