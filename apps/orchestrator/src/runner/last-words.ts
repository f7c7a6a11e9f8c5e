import { lastLines, linesFromLog } from "../sessions/output.ts";
import { captureLines } from "../tmux/sessions.ts";
import { until } from "../until.ts";
import type { Where } from "./where.ts";

interface Options extends Where {
  /** Puts text on the pane. */
  print: (text: string) => void;
}

const withinMs = 5_000;

/**
 * Prints the farewell and answers the last 50 lines before it, once the pane shows it and the log has it: by then
 * nothing is missing from either.
 */
export async function linesBefore(farewell: string, { tmux, sessionName, dir, print }: Options): Promise<string[]> {
  print(`\r\n${farewell}\r\n`);
  let seen: string[] | null = null;
  const shown = async () => {
    const lines = await captureLines(tmux, sessionName);
    const at = lines?.lastIndexOf(farewell) ?? -1;
    seen = lines && at >= 0 ? lines.slice(0, at) : null;
    return seen !== null;
  };
  const isShown = await until(shown, { withinMs });
  await until(async () => (await linesFromLog(dir)).includes(farewell), { withinMs });
  if (!isShown) return linesFromLog(dir);
  const lines = seen ?? [];
  const end = lines.findLastIndex((line) => line !== "");
  return lastLines(lines.slice(0, end + 1));
}

const resultLines = 20;

/** The captured result of a script: exit code and last 20 lines (HST-55). */
export function captured(code: string, lines: string[]): string {
  return [code, ...lastLines(lines, resultLines)].join("\n");
}
