import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { dirname } from "node:path";
import type { Command, CommandReport } from "@signalbox/api/contracts";
import { codeOf, textOf } from "./failure.ts";
import { fold, type JournalEntry, type JournalLine, kept, parseLines } from "./journal-rules.ts";
import { sealed } from "./sealed.ts";

/** How a command came out, as it is reported. */
export type Outcome = Exclude<CommandReport, { state: "running" }>;

/** The journal could not be written: what it should have held has not happened (HST-31). */
export class JournalUnwritable extends Error {}

/** Which commands this host has begun and how they came out; survives everything but the loss of the disk (HST-29). */
export interface Journal {
  get(id: string): JournalEntry | undefined;
  /** What the relay has not confirmed: what a crash interrupted, and outcomes that it may not know (HST-30, HST-32). */
  unconfirmed(): JournalEntry[];
  /** Each is on disk when it resolves; rejects with `JournalUnwritable`. */
  begin(command: Command): Promise<void>;
  progress(id: string, data: Record<string, unknown>): Promise<void>;
  done(id: string, outcome: Outcome): Promise<void>;
  /** The relay has confirmed the outcome; the entry goes after 7 days (HST-32). */
  confirmed(id: string): Promise<void>;
  close(): Promise<void>;
}

interface Options {
  now: () => Date;
}

/**
 * Opens the journal at `path`. A torn or damaged line is ignored. What is old and confirmed is dropped by rewriting the
 * file beside itself; where that fails (full disk) the file stays as it is. Appends that wait at the same time share one sync.
 */
export async function openJournal(path: string, { now }: Options): Promise<Journal> {
  const entries = fold(
    parseLines(statSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path, "utf8") : ""),
  );
  compact(path, entries, now());
  const file = await open(path, "a", 0o600).catch((error) => {
    throw new JournalUnwritable(`${path}: ${textOf(error)}`);
  });
  let size = statSync(path).size;
  let waiting: { text: string; resolve: () => void; reject: (error: Error) => void }[] = [];
  let flushing: Promise<void> | null = null;
  let torn = false;

  async function flush(): Promise<void> {
    while (waiting.length) {
      const batch = waiting;
      waiting = [];
      const data = Buffer.from(`${torn ? "\n" : ""}${batch.map(({ text }) => `${text}\n`).join("")}`);
      try {
        let written = 0;
        while (written < data.length) written += (await file.write(data, written)).bytesWritten;
        await file.datasync();
        size += data.length;
        torn = false;
        for (const { resolve } of batch) resolve();
      } catch (error) {
        undoPartial();
        const failure = new JournalUnwritable(
          `The journal ${path} cannot be written: ${codeOf(error) ?? textOf(error)}`,
        );
        for (const { reject } of batch) reject(failure);
      }
    }
    flushing = null;
  }

  // A line that was written in part, or not synced, must not be read later as if it had been promised.
  function undoPartial(): void {
    try {
      truncateSync(path, size);
    } catch {
      torn = true;
    }
  }

  async function append(line: JournalLine): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      waiting.push({ text: sealed(line), resolve, reject });
      flushing ??= flush();
    });
    fold([line], entries);
  }

  const stamp = (id: string) => ({ id, type: entries.get(id)?.type ?? "unknown", at: now().toISOString() });
  return {
    get: (id) => entries.get(id),
    unconfirmed: () => [...entries.values()].filter(({ confirmed }) => !confirmed),
    begin: (command) => append({ ...stamp(command.id), type: command.type, step: "begun", command }),
    progress: (id, data) => append({ ...stamp(id), step: "progress", data }),
    done: (id, outcome) => append({ ...stamp(id), step: "done", outcome }),
    confirmed: (id) => append({ ...stamp(id), step: "confirmed" }),
    async close() {
      await flushing;
      await file.close();
    },
  };
}

function compact(path: string, entries: Map<string, JournalEntry>, now: Date): void {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return;
  const wanted = kept(entries, now)
    .map((line) => `${sealed(line)}\n`)
    .join("");
  if (wanted === readFileSync(path, "utf8")) return;
  const beside = `${path}.new`;
  try {
    writeFileSync(beside, wanted, { mode: 0o600, flush: true });
    renameSync(beside, path);
    const folder = openSync(dirname(path), "r");
    fsyncSync(folder);
    closeSync(folder);
  } catch {
    rmSync(beside, { force: true });
    dropTornLine(path);
  }
}

/** A torn last line must not swallow the next one. */
function dropTornLine(path: string): void {
  const text = readFileSync(path);
  truncateSync(path, text.lastIndexOf("\n") + 1);
}
