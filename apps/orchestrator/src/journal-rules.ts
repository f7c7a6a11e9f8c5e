import type { Command, CommandReport } from "@signalbox/api/contracts";
import { unsealed } from "./sealed.ts";

/** One line of the journal. */
export type JournalLine = { id: string; type: string; at: string } & (
  | { step: "begun"; command: Command }
  | { step: "progress"; data: Record<string, unknown> }
  | { step: "done"; outcome: Exclude<CommandReport, { state: "running" }> }
  | { step: "confirmed" }
);

/** What the journal knows of one command. */
export interface JournalEntry {
  id: string;
  type: string;
  lines: JournalLine[];
  command: Command;
  /** What the command said of its own progress, oldest first. */
  progress: Record<string, unknown>[];
  outcome?: Exclude<CommandReport, { state: "running" }>;
  confirmed: boolean;
  /** Time of the last line. */
  at: string;
}

const keepMs = 7 * 24 * 3600 * 1000;

function isLine(value: unknown): value is JournalLine {
  if (typeof value !== "object" || value === null) return false;
  const line = value as Partial<JournalLine>;
  if (typeof line.id !== "string" || typeof line.at !== "string") return false;
  if (line.step === "begun") return typeof line.command?.id === "string";
  return (
    line.step === "progress" || line.step === "confirmed" || (line.step === "done" && typeof line.outcome === "object")
  );
}

/** Reads what is whole; torn and damaged lines are left out (HST-30). */
export function parseLines(text: string): JournalLine[] {
  return text.split("\n").flatMap((line) => {
    const value: unknown = unsealed(line);
    return isLine(value) ? [value] : [];
  });
}

/** Lines in order, made into one entry per command; a line about a command that was never begun says nothing. */
export function fold(lines: JournalLine[], entries = new Map<string, JournalEntry>()): Map<string, JournalEntry> {
  for (const line of lines) {
    if (line.step === "begun") {
      const { id, type, at, command } = line;
      if (!entries.has(id)) entries.set(id, { id, type, at, command, lines: [line], progress: [], confirmed: false });
      continue;
    }
    const entry = entries.get(line.id);
    if (!entry) continue;
    entry.lines.push(line);
    entry.at = line.at;
    if (line.step === "progress") entry.progress.push(line.data);
    if (line.step === "done") entry.outcome = line.outcome;
    if (line.step === "confirmed") entry.confirmed = true;
  }
  return entries;
}

/** The lines worth keeping: what the relay has not confirmed, and the last 7 days (HST-32). Drops the rest from `entries`. */
export function kept(entries: Map<string, JournalEntry>, now: Date): JournalLine[] {
  for (const [id, entry] of entries) {
    if (entry.confirmed && now.getTime() - Date.parse(entry.at) > keepMs) entries.delete(id);
  }
  return [...entries.values()].flatMap(({ lines }) => lines);
}
