import type { TerminalChunk } from "@signalbox/api/contracts";
import { RequestFailure, textOf } from "../failure.ts";
import { hasSession } from "../tmux/sessions.ts";
import type { Tmux } from "../tmux/tmux.ts";
import { openTerminal, type Terminal } from "./terminal.ts";
import { createViewer, type SessionExit, type Viewer } from "./viewer.ts";

/** All terminals that somebody looks at, by session. */
export interface Terminals {
  /** Opens a view; it ends with its session, with `close`, or when `send` says that nobody looks. */
  open(
    requestId: string,
    sessionName: string,
    send: (chunk: TerminalChunk, done: boolean) => Promise<boolean>,
  ): Promise<void>;
  close(requestId: string): void;
  /** The connection that all views went through is gone. */
  closeAll(): void;
  input(sessionName: string, text: string): Promise<void>;
  resize(sessionName: string, size: { cols: number; rows: number }): Promise<void>;
}

interface Options {
  tmux: Tmux;
  exitOf: (sessionName: string) => Promise<SessionExit>;
}

const between = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, Math.round(value)));

export function createTerminals({ tmux, exitOf }: Options): Terminals {
  const terminals = new Map<string, Terminal>();
  const opening = new Map<string, Promise<Terminal>>();
  const views = new Map<string, Viewer>();

  async function openNew(sessionName: string): Promise<Terminal> {
    if (!(await hasSession(tmux, sessionName))) {
      throw new RequestFailure("Conflict", `Session ${sessionName} has ended; its output is in the log`);
    }
    const terminal = openTerminal({
      tmux,
      sessionName,
      exitOf: () => exitOf(sessionName),
      onClose: () => {
        if (terminals.get(sessionName) === terminal) terminals.delete(sessionName);
      },
    });
    terminals.set(sessionName, terminal);
    return terminal;
  }

  /** Who asks while it is opened waits for the same one, so that keys stay in order. */
  async function terminalOf(sessionName: string): Promise<Terminal> {
    const open = terminals.get(sessionName);
    if (open) return open;
    const coming = opening.get(sessionName) ?? openNew(sessionName).finally(() => opening.delete(sessionName));
    opening.set(sessionName, coming);
    return coming;
  }

  /** Runs on the open terminal, or on one that is opened for it alone. */
  async function use(sessionName: string, run: (terminal: Terminal) => Promise<void>): Promise<void> {
    const terminal = await terminalOf(sessionName);
    const letGo = terminal.hold();
    try {
      await run(terminal);
    } catch (error) {
      throw new RequestFailure("Conflict", `Session ${sessionName}: ${textOf(error)}`);
    } finally {
      letGo();
    }
  }

  return {
    async open(requestId, sessionName, send) {
      const terminal = await terminalOf(sessionName);
      const viewer = createViewer({
        send,
        resync: () => terminal.refresh(viewer),
        onClose: () => {
          views.delete(requestId);
          terminal.remove(viewer);
        },
      });
      views.set(requestId, viewer);
      terminal.add(viewer);
    },
    close: (requestId) => views.get(requestId)?.close(),
    closeAll() {
      for (const viewer of [...views.values()]) viewer.close();
    },
    input: (sessionName, text) => use(sessionName, (terminal) => terminal.input(Buffer.from(text, "utf8"))),
    resize: (sessionName, { cols, rows }) =>
      use(sessionName, (terminal) => terminal.resize({ cols: between(cols, 20, 500), rows: between(rows, 5, 200) })),
  };
}
