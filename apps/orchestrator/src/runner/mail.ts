import type { Mail, MailItem } from "@signalbox/api/contracts";
import { textOf } from "../failure.ts";
import type { TurnReader } from "../providers/turns.ts";
import type { MailJournal } from "./mail-journal.ts";
import type { Outbox } from "./mail-outbox.ts";
import { quietIn, wanted } from "./mail-rules.ts";
import { batchOf, endingOf, idsIn } from "./mail-text.ts";
import type { Pen } from "./pen.ts";
import type { Turns } from "./turns.ts";
import type { Checks, Typed } from "./typing.ts";

/** The agent's messages on their way into its program (MSG-46 to MSG-53). */
export interface Letterbox {
  /** The relay gives one, or takes one back. */
  take(item: MailItem): void;
  /** A stream begins: what is not typed yet is given again, or has become none of its business. */
  empty(): void;
  /** A turn was given this text: what it names is seen (MSG-44). */
  read(input: string): void;
  close(): void;
}

interface Needs {
  journal: MailJournal;
  turns: Turns;
  reader: Pick<TurnReader, "see" | "plain">;
  pen: Pen;
  submit: (text: string, checks: Checks) => Promise<Typed>;
  /** Milliseconds since a person's last key. */
  sinceKey: () => Promise<number>;
  outbox: Pick<Outbox, "say">;
  /** Tells a person why messages wait that could be typed; rejects where that cannot be told either. */
  tellWhy: (why: string) => Promise<void>;
}

/** Pauses before another try: where a question has just come, and where nothing could be typed (a full disk). */
const askedMs = 1_000;
const failedMs = 5_000;

/** What programs draw in place of a long paste. */
const placeholder = /\[Pasted [^\]]*\]/g;
const placeholders = (screen: string[]): string => (screen.join("\n").match(placeholder) ?? []).join();

/** Whether the end of the paste stands at the prompt: then no question covers it. */
const isDrawn =
  ({ id }: Mail) =>
  (screen: string[], before: string[]): boolean =>
    screen.some((line) => line.includes(`${endingOf(id)}]`) || line.includes(`${endingOf(id)}:`)) ||
    (placeholders(screen) !== "" && placeholders(screen) !== placeholders(before));

const idsOf = (mails: Mail[]): number[] => mails.map(({ id }) => id);

export function createLetterbox({ journal, turns, reader, pen, submit, sinceKey, outbox, tellWhy }: Needs): Letterbox {
  const waiting = new Map<number, Mail>();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let working = false;
  let again = false;
  /** Why nothing could be typed at the last try, once it is told. */
  let told = "";

  const due = (): Mail[] => (closed ? [] : wanted([...waiting.values()], turns.now()));
  const asks = (screen: string[]): boolean => reader.see?.(screen, turns.now())?.type === "blocked";

  function later(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(work, ms).unref();
  }

  /** Whether nothing is due, or a person was at the keys just now. */
  async function mustWait(): Promise<boolean> {
    if (due().length === 0) return true;
    const ms = quietIn(await sinceKey());
    if (ms > 0) later(ms);
    return ms > 0;
  }

  /** Types what is due; the pen is held until the turn that it begins has begun, so that the next batch waits for its end. */
  async function inject(): Promise<void> {
    const { mails, text } = batchOf(due(), reader.plain);
    const last = mails.at(-1);
    if (!last) return;
    const wasIdle = turns.now().status === "idle";
    const drawn = isDrawn(last);
    const typed = await submit(text, {
      isDrawn: drawn,
      async mayPaste(screen) {
        // All of it once more: reading and writing took time.
        if (asks(screen) || (await mustWait())) return false;
        const still = new Set(idsOf(due()));
        if (!mails.every(({ id }) => still.has(id))) return false;
        await journal.begin(idsOf(mails));
        // Written down, so they are never typed after this.
        for (const { id } of mails) waiting.delete(id);
        return true;
      },
      // Enter would answer a question that has come since.
      mayEnter: (screen, before) =>
        !closed && turns.now().status !== "blocked" && (drawn(screen, before) || !asks(screen)),
    });
    if (typed === "nothing" && !timer) later(askedMs);
    if (typed !== "submitted") return;
    outbox.say("injected", idsOf(mails));
    await journal.finish(idsOf(mails));
    if (wasIdle) await turns.begun();
  }

  async function injectOrTell(): Promise<void> {
    try {
      await pen(inject);
      told = "";
    } catch (error) {
      if (closed) return;
      later(failedMs);
      const why = textOf(error);
      if (why === told) return;
      await tellWhy(why).then(
        () => {
          told = why;
        },
        () => undefined,
      );
    }
  }

  async function workOn(): Promise<void> {
    working = true;
    while (again && !closed) {
      again = false;
      if (due().length === 0) continue;
      await injectOrTell();
      again ||= !timer && due().length > 0;
    }
    working = false;
  }

  function work(): void {
    clearTimeout(timer);
    timer = undefined;
    again = true;
    if (!working) void workOn();
  }

  turns.watch(work);
  return {
    take(item) {
      if (item.kind === "withdrawn") return void waiting.delete(item.id);
      const { id } = item.mail;
      if (journal.done(id)) return outbox.say("injected", [id]);
      // Being typed now, or nobody knows whether it was: nothing is said of it without evidence.
      if (journal.begun(id)) return;
      if (!waiting.has(id)) waiting.set(id, item.mail);
      outbox.say("sent", [id]);
      work();
    },
    empty: () => waiting.clear(),
    read(input) {
      const ids = idsIn(input).filter((id) => journal.begun(id));
      if (ids.length) outbox.say("seen", ids);
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
