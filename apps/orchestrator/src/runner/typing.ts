import { rm } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { writeWhole } from "../sessions/record.ts";
import { captureScreen } from "../tmux/sessions.ts";
import { exactly, type Tmux, tmux } from "../tmux/tmux.ts";
import { until } from "../until.ts";

interface Where {
  tmux: Tmux;
  sessionName: string;
  dir: string;
}

/** Text without anything that a terminal would obey: no escape sequence, no control character but newline and tab (MSG-51). */
export const harmless = (text: string): string =>
  stripVTControlCharacters(text)
    .replace(/\r\n?/g, "\n")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach the terminal.
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "");

const settledMs = 3_000;

/**
 * Types text at the program's prompt and submits it: one bracketed paste, then Enter once the program has drawn what was
 * pasted (MSG-49). Throws with tmux's words when the session is gone.
 */
export async function submit(text: string, { tmux: server, sessionName, dir }: Where): Promise<void> {
  const at = exactly(sessionName);
  const run = async (...args: string[]) => {
    const ran = await tmux(server, args);
    if (ran.code !== 0) throw new Error(ran.stderr.trim() || `tmux ended with code ${ran.code}`);
  };
  const look = async () => (await captureScreen(server, sessionName))?.join("\n");
  const before = await look();
  const file = join(dir, "paste");
  await writeWhole(file, harmless(text));
  const buffer = `signalbox-${process.pid}`;
  await run("load-buffer", "-b", buffer, file).finally(() => rm(file, { force: true }));
  await run("paste-buffer", "-p", "-d", "-b", buffer, "-t", at);
  // Enter that overtakes the paste would be taken as a part of it: wait for a drawing that stands still.
  let last = before;
  await until(
    async () => {
      const now = await look();
      const still = now === last && now !== before;
      last = now;
      return still;
    },
    { withinMs: settledMs, everyMs: 100 },
  );
  await run("send-keys", "-t", at, "Enter");
}
