import { attachControl, type Control } from "../tmux/control.ts";
import { exactly, type Tmux } from "../tmux/tmux.ts";
import { composeSnapshot, snapshotLine, snapshotReplies } from "./snapshot.ts";
import type { SessionExit, Viewer } from "./viewer.ts";

/** One session's terminal, shared by everybody who looks at it (HST-44). */
export interface Terminal {
  add(viewer: Viewer): void;
  remove(viewer: Viewer): void;
  /** Keeps it open without looking; call what it answers to let go. */
  hold(): () => void;
  /** Gives the viewer the screen as it is now. */
  refresh(viewer: Viewer): void;
  /** Types these bytes exactly; resolves when tmux has taken them, rejects with tmux's words. */
  input(data: Buffer): Promise<void>;
  resize(size: { cols: number; rows: number }): Promise<void>;
}

interface Options {
  tmux: Tmux;
  sessionName: string;
  /** How the session ended, asked once it has. */
  exitOf: () => Promise<SessionExit>;
  /** The last viewer left or the session ended. */
  onClose: () => void;
}

const bytesPerCommand = 500;

export function openTerminal({ tmux, sessionName, exitOf, onClose }: Options): Terminal {
  const viewers = new Set<Viewer>();
  let holders = 0;
  const at = exactly(sessionName);
  const control: Control = attachControl(tmux, sessionName, {
    onOutput: (data) => each((viewer) => viewer.output(data)),
    onLayout: (size) => each((viewer) => viewer.resized(size)),
    onExit: () => {
      onClose();
      void exitOf().then((exit) => each((viewer) => viewer.exited(exit)));
    },
  });

  function each(run: (viewer: Viewer) => void): void {
    for (const viewer of [...viewers]) run(viewer);
  }

  function refresh(viewer: Viewer): void {
    control.send(snapshotLine(sessionName), snapshotReplies, (replies) => {
      if (replies.ok && viewers.has(viewer)) viewer.restart(composeSnapshot(replies.blocks));
    });
  }

  function leave(): void {
    if (viewers.size || holders) return;
    control.close();
    onClose();
  }

  const command = (line: string): Promise<void> =>
    new Promise((resolve, reject) => {
      control.send(line, 1, (replies) => (replies.ok ? resolve() : reject(new Error(replies.message))));
    });

  return {
    add(viewer) {
      viewers.add(viewer);
      refresh(viewer);
    },
    remove(viewer) {
      if (viewers.delete(viewer)) leave();
    },
    hold() {
      holders += 1;
      return () => {
        holders -= 1;
        leave();
      };
    },
    refresh,
    async input(data) {
      const sent: Promise<void>[] = [];
      for (let from = 0; from < data.length; from += bytesPerCommand) {
        const bytes = [...data.subarray(from, from + bytesPerCommand)].map((byte) => byte.toString(16)).join(" ");
        sent.push(command(`send-keys -t ${at} -H ${bytes}`));
      }
      await Promise.all(sent);
    },
    resize: ({ cols, rows }) => command(`resize-window -t ${at} -x ${cols} -y ${rows}`),
  };
}
