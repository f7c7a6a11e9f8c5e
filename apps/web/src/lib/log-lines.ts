import type { LogPage } from "./types.ts";

/** One row of a log as it is shown: a line, or a word about what is between two. */
export interface LogRow {
  key: number;
  kind: "line" | "note";
  text: string;
}

/** What is shown of a log; older rows may be asked for, newer ones come. */
export interface LogText {
  rows: LogRow[];
  partial: string | null;
  cursor: string;
  /** Where older lines go on; null at the oldest. */
  earlier: string | null;
  commandId: string | null;
  /** The session is over and read to its end. */
  ended: boolean;
}

/** Rows kept in the page; beyond them the oldest are let go. */
export const mostRows = 10_000;

const line = (key: number, text: string): LogRow => ({ key, kind: "line", text });
const note = (key: number, text: string): LogRow => ({ key, kind: "note", text });

/** The first answer: the last lines. */
export const opened = ({ lines, partial, cursor, earlier, commandId, ended }: LogPage): LogText => ({
  rows: lines.map((text, index) => line(index, text)),
  partial,
  cursor,
  earlier,
  commandId,
  ended,
});

/** With an answer that goes on after the cursor. */
export function continued(log: LogText, page: LogPage): LogText {
  const next = (log.rows.at(-1)?.key ?? -1) + 1;
  const notes = [
    ...(page.commandId !== log.commandId ? ["The agent was restarted: a new session begins"] : []),
    ...(page.skipped ? ["Lines are missing here: the host keeps the newest only"] : []),
  ];
  const { partial, cursor, commandId } = page;
  const rest = { partial, cursor, commandId, ended: page.ended && !page.lines.length };
  if (!notes.length && !page.lines.length) return { ...log, ...rest };
  const fresh = [
    ...notes.map((text, index) => note(next + index, text)),
    ...page.lines.map((text, index) => line(next + notes.length + index, text)),
  ];
  const rows = [...log.rows, ...fresh];
  if (rows.length <= mostRows) return { ...log, ...rest, rows };
  const kept = rows.slice(-mostRows);
  return { ...log, ...rest, rows: [note((kept[0]?.key ?? 0) - 1, "Older lines were let go"), ...kept], earlier: null };
}

/** With an answer of older lines. */
export function preceded(log: LogText, { lines, earlier }: LogPage): LogText {
  const first = (log.rows[0]?.key ?? 0) - lines.length;
  return { ...log, earlier, rows: [...lines.map((text, index) => line(first + index, text)), ...log.rows] };
}

/** A text in parts, those that are looked for marked, in any case. */
export function marked(text: string, search: string): { text: string; hit: boolean }[] {
  const [where, what] = [text.toLowerCase(), search.toLowerCase()];
  // Letters whose lower case is longer would shift what follows.
  if (!what || where.length !== text.length) return [{ text, hit: false }];
  const parts: { text: string; hit: boolean }[] = [];
  let from = 0;
  for (let at = where.indexOf(what); at >= 0; at = where.indexOf(what, from)) {
    if (at > from) parts.push({ text: text.slice(from, at), hit: false });
    from = at + what.length;
    parts.push({ text: text.slice(at, from), hit: true });
  }
  if (from < text.length || !parts.length) parts.push({ text: text.slice(from), hit: false });
  return parts;
}

const levels: Record<number, string> = { 10: "trace", 20: "debug", 30: "info", 40: "warn", 50: "error", 60: "fatal" };

/** A daemon's line of JSON as a person reads it; any other line as it is. */
export function readable(text: string): string {
  if (!text.startsWith("{")) return text;
  try {
    const { level, time, msg, ...rest } = JSON.parse(text) as Record<string, unknown>;
    const more = Object.entries(rest).map(
      ([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
    );
    return [time, levels[Number(level)] ?? level, msg, ...more].filter((part) => part !== undefined).join("  ");
  } catch {
    return text;
  }
}
