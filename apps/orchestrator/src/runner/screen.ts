import { markOf } from "../logs/files.ts";
import { sessionLog } from "../sessions/output.ts";
import { captureScreen } from "../tmux/sessions.ts";
import type { Where } from "./where.ts";

/** Looks after which tmux is asked although the log stands still: a full disk keeps what was written from it. */
const looksWithoutNews = 10;

/**
 * The visible screen, or null when it cannot be seen. It is looked at every second in every session, so tmux, a program to
 * start, is asked only when something was written since the last look.
 */
export function createScreen({ tmux, sessionName, dir }: Where): () => Promise<string[] | null> {
  let seen: { mark: string | null; screen: string[]; looks: number } | null = null;
  return async () => {
    const mark = await markOf(sessionLog(dir));
    if (seen && mark !== null && mark === seen.mark && seen.looks < looksWithoutNews) {
      seen.looks += 1;
      return seen.screen;
    }
    const screen = await captureScreen(tmux, sessionName);
    seen = screen && { mark, screen, looks: 0 };
    return screen;
  };
}
