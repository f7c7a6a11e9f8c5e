import { rm } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { writeWhole } from "../sessions/record.ts";
import { captureScreen } from "../tmux/sessions.ts";
import { exactly, tmux } from "../tmux/tmux.ts";
import { until } from "../until.ts";
import type { Where } from "./where.ts";

/** Text without anything that a terminal would obey: no escape sequence, no control character but newline and tab (MSG-51). */
export const harmless = (text: string): string =>
  stripVTControlCharacters(text)
    .replace(/\r\n?/g, "\n")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach the terminal.
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "");

const settledMs = 3_000;

/** What is asked while text is typed into a program that may have begun to ask something itself. */
export interface Checks {
  /** Right before the paste, with the screen; false: nothing is typed. */
  mayPaste?: (screen: string[]) => Promise<boolean>;
  /** Whether the screen shows the whole paste, where that can be told. */
  isDrawn?: (screen: string[], before: string[]) => boolean;
  /** Right before Enter, with the screens before and after the paste; false: Enter is not pressed. */
  mayEnter?: (screen: string[], before: string[]) => boolean;
}

/** What became of it: `pasted`: it was typed, and not submitted. */
export type Typed = "nothing" | "pasted" | "submitted";

/**
 * Types text at the program's prompt and submits it: one bracketed paste, then Enter once the program has drawn what was
 * pasted (MSG-49). Throws with tmux's words when the session is gone.
 */
export async function submit(
  text: string,
  { tmux: server, sessionName, dir }: Where,
  { mayPaste, isDrawn, mayEnter }: Checks = {},
): Promise<Typed> {
  const at = exactly(sessionName);
  const run = async (...args: string[]) => {
    const ran = await tmux(server, args);
    if (ran.code !== 0) throw new Error(ran.stderr.trim() || `tmux ended with code ${ran.code}`);
  };
  const look = async () => (await captureScreen(server, sessionName)) ?? [];
  const file = join(dir, "paste");
  await writeWhole(file, harmless(text));
  const buffer = `signalbox-${process.pid}`;
  await run("load-buffer", "-b", buffer, file).finally(() => rm(file, { force: true }));
  // Loaded first: once it is known to be written down that it is typed, as little as can be may fail.
  const before = await look();
  try {
    if (mayPaste && !(await mayPaste(before))) return "nothing";
    await run("paste-buffer", "-p", "-b", buffer, "-t", at);
  } finally {
    await tmux(server, ["delete-buffer", "-b", buffer]);
  }
  // Enter that overtakes the paste would be taken as a part of it: wait until it is drawn, or for a drawing that stands still.
  let last = before;
  const isSettled = async () => {
    const now = await look();
    const still = now.join("\n") === last.join("\n") && now.join("\n") !== before.join("\n");
    last = now;
    return still || Boolean(isDrawn?.(now, before));
  };
  await until(isSettled, { withinMs: settledMs, everyMs: 100 });
  if (mayEnter && !mayEnter(last, before)) return "pasted";
  await run("send-keys", "-t", at, "Enter");
  return "submitted";
}
