import { createHash } from "node:crypto";
import { chmodSync, lstatSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { BadInput } from "./failure.ts";

/** Where a host keeps what it must not lose, and where its sockets are. */
export interface HostPaths {
  home: string;
  host: string;
  journal: string;
  sessions: string;
  worktrees: string;
  /** Configurations of the programs, a folder per provider and rig (HST-60). */
  rigs: string;
  logs: string;
  /** Directory of the sockets. */
  run: string;
  tmuxSocket: string;
}

/** The kernel's limit for a socket's path is 104 bytes on macOS and 108 on Linux. */
const longestSocket = 100;

const digest = (text: string, length: number): string =>
  createHash("sha256").update(text).digest("hex").slice(0, length);

/** The daemon's own log is here (HST-48). */
export const logsOf = (home: string): string => join(home, "logs");

interface Where {
  home: string;
  worktreesDir?: string;
  tmp: string;
  uid: number;
}

/** All paths of a host, made from its home; sockets move to the temporary directory where the home's path is too long. */
export function hostPaths({ home, worktreesDir, tmp, uid }: Where): HostPaths {
  const host = join(home, "host");
  const near = join(home, "run");
  const short = Buffer.byteLength(runnerSocket(near, "any")) <= longestSocket;
  const run = short ? near : join(tmp, `signalbox-${uid}-${digest(home, 8)}`);
  return {
    home,
    host,
    journal: join(host, "journal.jsonl"),
    sessions: join(host, "sessions"),
    worktrees: worktreesDir ?? join(home, "worktrees"),
    rigs: join(home, "rigs"),
    logs: logsOf(home),
    run,
    tmuxSocket: join(run, "tmux.sock"),
  };
}

/** Socket of the runner that a command started. */
export const runnerSocket = (run: string, commandId: string): string => join(run, `r-${digest(commandId, 12)}.sock`);

/** Makes the directories, readable by their owner alone. One that belongs to somebody else is a `BadInput`. */
export function makePaths(paths: HostPaths, uid: number): void {
  for (const dir of [paths.home, paths.host, paths.sessions, paths.worktrees, paths.logs, paths.run]) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  }
  for (const dir of [paths.host, paths.sessions, paths.logs, paths.run]) {
    const found = lstatSync(dir);
    if (!found.isDirectory() || found.uid !== uid) throw new BadInput(`${dir} is not a directory of yours; remove it`);
    chmodSync(dir, 0o700);
  }
}
