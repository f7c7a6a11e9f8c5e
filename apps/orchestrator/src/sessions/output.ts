import { appendFile } from "node:fs/promises";
import type { SessionEnd } from "@signalbox/api/contracts";
import { currentFile, type Log } from "../logs/files.ts";
import { basket, lineAt, readBack } from "../logs/read.ts";
import { newline, openSpan } from "../logs/span.ts";

/** What a session wrote, in its directory. */
export const sessionLog = (dir: string): Log => ({ dir, name: "output" });
/** Where its latest part is. */
export const outputLog = (dir: string): string => currentFile(sessionLog(dir));

/** Puts a line of our own among what the session wrote, where its log is read (HST-49); the terminal does not show it. */
export const noteInLog = (dir: string, text: string): Promise<void> =>
  appendFile(outputLog(dir), `\r\n[signalbox] ${text}\r\n`, { mode: 0o600 });

const longestLine = 2000;
const mostLines = 50;

/** At most the last 50 lines of at most 2000 characters each, as a report takes them (SPN-47). */
export const lastLines = (lines: string[], most = mostLines): string[] =>
  lines.slice(-most).map((line) => [...line].slice(0, longestLine).join(""));

/** The last lines of what a session wrote, without escape sequences; for one whose screen is gone. */
export async function linesFromLog(dir: string): Promise<string[]> {
  await using span = await openSpan(sessionLog(dir)).catch(() => null);
  if (!span) return [];
  const whole = Math.max(span.floor, (await span.lastBefore(newline, span.end)) + 1);
  const into = basket({ lines: 2 * mostLines, bytes: 1024 * 1024, search: null, late: () => false });
  await readBack(span, whole, into);
  const seen = [...into.lines.reverse(), await lineAt(span, whole, span.end)];
  while (seen.at(-1) === "") seen.pop();
  return lastLines(seen);
}

/** The end of a session that nobody saw end. */
export async function unseenEnd(dir: string): Promise<SessionEnd> {
  return { exitCode: null, signal: null, lastLines: await linesFromLog(dir) };
}
