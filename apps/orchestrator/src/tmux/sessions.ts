import { setTimeout as delay } from "node:timers/promises";
import type { Ran } from "../exec.ts";
import { hasLog, type Log } from "../logs/files.ts";
import { keepOutput } from "../logs/keep.ts";
import { exactly, type Tmux, tmux } from "./tmux.ts";

/** One session on our socket. */
export interface TmuxSession {
  name: string;
  createdAt: Date;
  /** First process in the pane: the runner. */
  pid: number;
  /** Whose it is, kept in tmux itself (HST-18); null for a session that we did not make. */
  agentId: string | null;
  commandId: string | null;
  /** Whether its output goes into its log. */
  piped: boolean;
}

interface NewSession {
  name: string;
  cwd: string;
  /** Program and arguments, run without a shell. */
  command: string[];
  /** Takes every byte of output, from the first one on (HST-49). */
  outputLog: Log;
  agentId: string;
  commandId: string;
}

const serverOptions: [string, string][] = [
  ["history-limit", "5000"],
  ["status", "off"],
  ["default-terminal", "screen-256color"],
  ["default-shell", "/bin/sh"],
  ["update-environment", ""],
  ["remain-on-exit", "off"],
  ["set-titles", "off"],
];

const isNoServer = ({ stderr }: Ran): boolean =>
  /no server running|No such file or directory|Connection refused/.test(stderr);

const isLeaving = ({ stderr }: Ran): boolean => /server exited|lost server/.test(stderr);

/** Asks again when it caught a server that was just leaving with its last session: that one carried nothing out. */
async function ask(server: Tmux, args: string[], doneAlready = async () => false): Promise<Ran> {
  let ran = await tmux(server, args);
  for (let tries = 1; isLeaving(ran) && tries < 20 && !(await doneAlready()); tries += 1) {
    await delay(5 * tries);
    ran = await tmux(server, args);
  }
  return ran;
}

/**
 * Makes a session of 120 by 32, as one command line: tmux reads nothing from the new program before the whole line is
 * done, so the log has every byte. Answers tmux's error, or null.
 */
export async function newSession(server: Tmux, session: NewSession): Promise<string | null> {
  const at = exactly(session.name);
  const commands = [
    ["start-server"],
    ...serverOptions.map(([name, value]) => ["set-option", "-g", name, value]),
    ["new-session", "-d", "-x", "120", "-y", "32", "-s", session.name, "-c", session.cwd, "--", ...session.command],
    // tmux 3.3 dies when this is a global option before there is a window.
    ["set-option", "-w", "-t", at, "window-size", "manual"],
    await pipe(session.name, session.outputLog),
    ["set-option", "-t", at, "@signalbox_agent", session.agentId],
    ["set-option", "-t", at, "@signalbox_command", session.commandId],
  ];
  const line = commands.flatMap((command, i) => (i ? [";", ...command] : command));
  // A session that was made has a log: it is never made a second time.
  const ran = await ask(server, line, () => hasLog(session.outputLog));
  return ran.code === 0 ? null : ran.stderr.trim() || `tmux ended with code ${ran.code}`;
}

/** tmux expands `#` and `%` in what it is to run. */
const plain = (text: string): string => text.replaceAll("#", "##").replaceAll("%", "%%");

const pipe = async (name: string, log: Log): Promise<string[]> => [
  "pipe-pane",
  "-t",
  exactly(name),
  plain(await keepOutput(log)),
];

/** Sends the output into the log from now on. */
export const pipeTo = async (server: Tmux, name: string, log: Log): Promise<Ran> => tmux(server, await pipe(name, log));

const format = "#{session_created} #{pane_pid} #{pane_pipe} #{@signalbox_agent} #{@signalbox_command} #{session_name}";

/** Every session on the socket. Throws when tmux could not be asked: an empty list means that there is none. */
export async function listSessions(server: Tmux): Promise<TmuxSession[]> {
  const ran = await ask(server, ["list-sessions", "-F", format]);
  if (ran.code !== 0) {
    if (isNoServer(ran)) return [];
    throw new Error(`tmux list-sessions: ${ran.stderr.trim() || `code ${ran.code}`}`);
  }
  return ran.stdout.split("\n").flatMap((line) => {
    const [, created, pid, piped, agentId, commandId, name] = /^(\d+) (\d*) (\d*) (\S*) (\S*) (.+)$/.exec(line) ?? [];
    if (!name) return [];
    const createdAt = new Date(Number(created) * 1000);
    const whose = { agentId: agentId || null, commandId: commandId || null };
    return [{ name, createdAt, pid: Number(pid), piped: piped === "1", ...whose }];
  });
}

export async function hasSession(server: Tmux, name: string): Promise<boolean> {
  return (await listSessions(server)).some((session) => session.name === name);
}

/** Ends what tmux knows of the session: its runner is hung up on, and passes that on to what it started. */
export const killSession = (server: Tmux, name: string): Promise<Ran> =>
  tmux(server, ["kill-session", "-t", exactly(name)]);

/** The last lines on the pane, wrapped ones joined, without trailing space and empty lines at the end; null without session. */
export async function captureLines(server: Tmux, name: string, scrollback = 300): Promise<string[] | null> {
  const ran = await tmux(server, ["capture-pane", "-p", "-J", "-S", `-${scrollback}`, "-t", exactly(name)]);
  return ran.code === 0 ? trimLines(ran.stdout) : null;
}

/** What a person would see on the pane now, line by line; null without session. */
export async function captureScreen(server: Tmux, name: string): Promise<string[] | null> {
  const ran = await tmux(server, ["capture-pane", "-p", "-J", "-t", exactly(name)]);
  return ran.code === 0 ? trimLines(ran.stdout) : null;
}

/** Lines without trailing space, and without empty ones at the end. */
function trimLines(text: string): string[] {
  const lines = text.split("\n").map((line) => line.trimEnd());
  while (lines.length && lines.at(-1) === "") lines.pop();
  return lines;
}
