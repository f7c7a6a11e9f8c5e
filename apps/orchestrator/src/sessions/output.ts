import { open, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { SessionEnd } from "@signalbox/api/contracts";

export const outputLog = (dir: string): string => join(dir, "output.log");

const longestLine = 2000;
const mostLines = 50;
const tailBytes = 64 * 1024;

/** At most the last 50 lines of at most 2000 characters each, as a report takes them (SPN-47). */
export const lastLines = (lines: string[], most = mostLines): string[] =>
  lines.slice(-most).map((line) => [...line].slice(0, longestLine).join(""));

/** The last lines of what a session wrote, without escape sequences; for one whose screen is gone. */
export async function linesFromLog(dir: string): Promise<string[]> {
  const file = await open(outputLog(dir), "r").catch(() => null);
  if (!file) return [];
  const { size } = await file.stat();
  const length = Math.min(size, tailBytes);
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
  await file.close();
  const lines = stripVTControlCharacters(buffer.toString("utf8")).split(/\r*\n/);
  const seen = lines.map((line) => line.slice(line.lastIndexOf("\r") + 1).trimEnd());
  while (seen.at(-1) === "") seen.pop();
  return lastLines(seen);
}

/** The end of a session that nobody saw end. */
export async function unseenEnd(dir: string): Promise<SessionEnd> {
  return { exitCode: null, signal: null, lastLines: await linesFromLog(dir) };
}

const largestLog = 10 * 1024 * 1024;
const mostLogs = 5;

/**
 * Makes room when the log is full: five files of 10 MB at most, the oldest goes (HST-49). Answers whether the output
 * must be sent to a new file now.
 */
export async function rotate(dir: string): Promise<boolean> {
  const log = outputLog(dir);
  const { size } = await stat(log).catch(() => ({ size: 0 }));
  if (size < largestLog) return false;
  for (let n = mostLogs - 1; n >= 1; n -= 1) {
    const from = n === 1 ? log : `${log}.${n - 1}`;
    await rename(from, `${log}.${n}`).catch(() => undefined);
  }
  return true;
}
