import { chmod, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Provider, SessionEnd, WorkspaceReport } from "@signalbox/api/contracts";
import type { Turn } from "../runner/turn-rules.ts";
import { sealed, unsealed } from "../sealed.ts";

/** What a session's directory says about it; holds nothing secret. */
export interface SessionRecord {
  agentId: string;
  commandId: string;
  spawnRequestId: string;
  sessionName: string;
  startedAt: string;
  relay: string;
  cwd: string;
  provider: Provider;
  approvalMode: string;
  workspace: WorkspaceReport | null;
  /** Program and arguments that the runner starts. */
  command: string[];
  /** The program was given work to begin with. */
  hasPrompt: boolean;
  /** The provider's conversation, where it was known at the start (HST-60). */
  conversation: string | null;
  /** The program goes on with a conversation of an earlier session (MSG-55). */
  resumed: boolean;
  /** What was said of this start beside its success (HST-54, HST-60). */
  notes: string[];
  tmuxSocket: string;
  runnerSocket: string;
}

/** How a session ended, kept until the relay knows it (HST-21). */
export interface SessionExit {
  end: SessionEnd;
  /** Captured result, or null where there is none. */
  result: string | null;
  at: string;
}

/** A person's or a program's secrets on their way to the runner, which removes the file when it has read it (HST-23). */
export interface Launch {
  token: string;
  /** All of the program's environment but what the runner adds itself. */
  env: Record<string, string>;
}

export const sessionDir = (sessions: string, commandId: string): string => join(sessions, commandId);

/** Name of the tmux session that a command makes (HST-15). */
export const sessionNameOf = (commandId: string): string => `sb-${commandId}`;

/** Command that made the session of this name. */
export const commandIdOf = (sessionName: string): string => sessionName.replace(/^sb-/, "");

/** Writes a file that only its owner reads; complete and on disk, or not there. */
export async function writeWhole(path: string, text: string, mode = 0o600): Promise<void> {
  const beside = `${path}.new`;
  await writeFile(beside, text, { mode, flush: true });
  await chmod(beside, mode);
  await rename(beside, path);
}

export async function makeSessionDir(dir: string): Promise<void> {
  await mkdir(join(dir, "bin"), { recursive: true, mode: 0o700 });
  await chmod(dir, 0o700);
}

const text = (path: string): Promise<string | null> => readFile(path, "utf8").catch(() => null);

async function json<T>(path: string): Promise<Partial<T> | null> {
  const found = await text(path);
  return found === null ? null : unsealed(found);
}

export const writeRecord = (dir: string, record: SessionRecord): Promise<void> =>
  writeWhole(join(dir, "session.json"), sealed(record, 2));

/** The record in a session's directory, or null where there is none that can be used. */
export async function readRecord(dir: string): Promise<SessionRecord | null> {
  const found = await json<SessionRecord>(join(dir, "session.json"));
  return found?.agentId && found.commandId && found.sessionName && found.startedAt ? (found as SessionRecord) : null;
}

/** Every usable record under the sessions directory. */
export async function readRecords(sessions: string): Promise<SessionRecord[]> {
  const names = await readdir(sessions);
  const found = await Promise.all(names.map((name) => readRecord(join(sessions, name))));
  return found.filter((record) => record !== null);
}

const launchFile = (dir: string): string => join(dir, "launch.json");
export const writeLaunch = (dir: string, launch: Launch): Promise<void> => writeWhole(launchFile(dir), sealed(launch));

/** Reads the launch file and removes it; null when it has been taken already. */
export async function takeLaunch(dir: string): Promise<Launch | null> {
  const launch = await json<Launch>(launchFile(dir));
  await rm(launchFile(dir), { force: true });
  return launch?.token && launch.env ? (launch as Launch) : null;
}

export const writeExit = (dir: string, exit: SessionExit): Promise<void> =>
  writeWhole(join(dir, "exit.json"), sealed(exit, 2));

export async function readExit(dir: string): Promise<SessionExit | null> {
  const found = await json<SessionExit>(join(dir, "exit.json"));
  return found?.end ? (found as SessionExit) : null;
}

/** What the program was doing when it last said so; kept for a restart and for a result that nobody has reported yet. */
export const writeTurn = (dir: string, turn: Turn): Promise<void> =>
  writeWhole(join(dir, "turn.json"), sealed(turn, 2));

async function readTurn(dir: string): Promise<Turn | null> {
  const found = await json<Turn>(join(dir, "turn.json"));
  return found?.status ? (found as Turn) : null;
}

/** The conversation that a restart of this session goes on with, or null (HST-60). */
export async function conversationOf(dir: string): Promise<string | null> {
  return (await readTurn(dir))?.conversation ?? (await readRecord(dir))?.conversation ?? null;
}

type Mark = "reported" | "settled";

async function mark(dir: string, name: Mark): Promise<void> {
  const file = await open(join(dir, name), "w", 0o600);
  await file.sync();
  await file.close();
}

const marked = (dir: string, name: Mark): Promise<boolean> =>
  stat(join(dir, name)).then(
    () => true,
    () => false,
  );

/** The relay has confirmed the end: nobody reports it again. */
export const markReported = (dir: string) => mark(dir, "reported");
export const isReported = (dir: string) => marked(dir, "reported");

/** The relay knows what the ended session left in its worktree. */
export const markSettled = (dir: string) => mark(dir, "settled");
export const isSettled = (dir: string) => marked(dir, "settled");
