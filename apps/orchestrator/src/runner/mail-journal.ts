import { type FileHandle, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { sealed, unsealed } from "../sealed.ts";

/** Which messages a session was shown (MSG-46). */
export interface MailJournal {
  /** It was about to be typed: it is never typed again, though nobody may know whether it was. */
  begun(id: number): boolean;
  /** It was typed and submitted. */
  done(id: number): boolean;
  /** Each is on disk when it resolves; rejects when it cannot be written. */
  begin(ids: number[]): Promise<void>;
  finish(ids: number[]): Promise<void>;
  close(): Promise<void>;
}

interface Line {
  step: "begin" | "done";
  ids: number[];
}

/** Name of the journal in a session's directory. */
export const mailJournalName = "mail.jsonl";
export const mailJournalFile = (dir: string): string => join(dir, mailJournalName);

function linesIn(text: string): Line[] {
  return text.split("\n").flatMap((line) => {
    const { step, ids } = (line ? (unsealed(line) as Partial<Line> | null) : null) ?? {};
    return (step === "begin" || step === "done") && Array.isArray(ids) ? [{ step, ids }] : [];
  });
}

const textOf = (line: Line): string => `${sealed(line)}\n`;

const read = (dir: string): Promise<string> => readFile(mailJournalFile(dir), "utf8").catch(() => "");

/** What a session that goes on with the conversation of the one in `dir` begins with: what that one submitted (MSG-46). */
export async function carriedOver(dir: string): Promise<string> {
  const ids = [...new Set(linesIn(await read(dir)).flatMap(({ step, ids }) => (step === "done" ? ids : [])))];
  return ids.length ? textOf({ step: "begin", ids }) + textOf({ step: "done", ids }) : "";
}

/** Opens the journal of a session's directory. A torn or damaged line counts as not written. */
export async function openMailJournal(dir: string): Promise<MailJournal> {
  const known = { begin: new Set<number>(), done: new Set<number>() };
  for (const { step, ids } of linesIn(await read(dir))) for (const id of ids) known[step].add(id);
  // Opened when there is something to write: a full disk keeps messages away, not the agent.
  let file: FileHandle | undefined;
  /** What failed half-way may have left a piece of a line, which must not swallow the next one. */
  let torn = false;

  async function append(line: Line): Promise<void> {
    file ??= await open(mailJournalFile(dir), "a", 0o600);
    const text = `${torn ? "\n" : ""}${textOf(line)}`;
    torn = true;
    await file.appendFile(text);
    await file.datasync();
    torn = false;
    for (const id of line.ids) known[line.step].add(id);
  }

  return {
    begun: (id) => known.begin.has(id),
    done: (id) => known.done.has(id),
    begin: (ids) => append({ step: "begin", ids }),
    finish: (ids) => append({ step: "done", ids }),
    async close() {
      await file?.close();
    },
  };
}
