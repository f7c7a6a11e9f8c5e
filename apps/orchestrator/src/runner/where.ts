import type { Tmux } from "../tmux/tmux.ts";

/** The session that a runner sits in. */
export interface Where {
  tmux: Tmux;
  sessionName: string;
  /** The session's directory. */
  dir: string;
}
