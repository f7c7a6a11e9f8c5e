"use client";

import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { useTRPCClient } from "../trpc/context.ts";
import { fromBase64 } from "./bytes.ts";
import { problemOf } from "./problem.ts";
import { openScreen, orderedInput, type Screen, usualFontSize } from "./terminal.ts";

export interface TerminalState {
  phase: "opening" | "live" | "lost" | "over" | "refused";
  /** Since when the connection is lost. */
  lostSince: string | null;
  /** Why it is over or refused. */
  reason: string | null;
  /** This token may look but not type. */
  viewOnly: boolean;
  /** When a new screen last stood in place of output that this viewer was too slow for (HST-43). */
  skippedAt: string | null;
}

const live = { phase: "live", lostSince: null, reason: null } as const;

interface Session {
  agentId: string;
  element: RefObject<HTMLDivElement | null>;
  inControl: boolean;
  /** Ctrl+] was pressed in control. */
  leave: () => void;
}

/** A terminal on an agent's session: shows it from the snapshot on, and types into it while in control (CON-23 to CON-26). */
export function useTerminal({ agentId, element, inControl, leave }: Session) {
  const client = useTRPCClient();
  const screen = useRef<Screen | null>(null);
  const [state, setState] = useState<TerminalState>({
    phase: "opening",
    lostSince: null,
    reason: null,
    viewOnly: false,
    skippedAt: null,
  });
  const [attempt, setAttempt] = useState(0);
  const control = useRef({ inControl, leave });
  control.current = { inControl, leave };

  const shown = useCallback((cols: number, rows: number) => {
    const at = screen.current;
    if (!at) return;
    if (!control.current.inControl) at.term.options.fontSize = at.sizeForColumns(cols);
    at.term.resize(cols, rows);
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt attaches again
  useEffect(() => {
    if (!element.current) return;
    const at = openScreen(element.current);
    screen.current = at;
    at.term.attachCustomKeyEventHandler((event) => {
      // Out of control the keys are the page's own, but for those that scroll.
      if (!control.current.inControl) return event.shiftKey && event.key.startsWith("Page");
      if (!(event.ctrlKey && event.key === "]")) return true;
      if (event.type === "keydown") control.current.leave();
      return false;
    });
    const attached = client.terminals.attach.subscribe(
      { agentId },
      {
        onData(chunk) {
          if (chunk.type === "attached") return setState((was) => ({ ...was, ...live, viewOnly: chunk.viewOnly }));
          if (chunk.type === "exit") return setState((was) => ({ ...was, phase: "over", reason: chunk.reason }));
          if (chunk.type === "resize") return shown(chunk.cols, chunk.rows);
          if (chunk.type === "snapshot") {
            if (chunk.resync) setState((was) => ({ ...was, skippedAt: new Date().toISOString() }));
            at.term.reset();
            shown(chunk.cols, chunk.rows);
          }
          at.term.write(fromBase64(chunk.data));
        },
        onConnectionStateChange({ state: connection, error }) {
          if (connection !== "connecting" || !error) return;
          setState((was) =>
            was.phase === "lost" ? was : { ...was, phase: "lost", lostSince: new Date().toISOString() },
          );
        },
        onError: (error) => setState((was) => ({ ...was, phase: "refused", reason: problemOf(error).message })),
      },
    );
    return () => {
      attached.unsubscribe();
      at.term.dispose();
      screen.current = null;
    };
  }, [agentId, client, element, shown, attempt]);

  useEffect(() => {
    const at = screen.current;
    if (!at || !inControl) return;
    const refused = (error: unknown) => at.term.write(`\r\n\x1b[33m${problemOf(error).message}\x1b[0m\r\n`);
    const type = orderedInput((data) => client.terminals.input.mutate({ agentId, data }), refused);
    const size = () => {
      at.fit.fit();
      const { cols, rows } = at.term;
      void client.terminals.resize.mutate({ agentId, cols, rows }).catch(refused);
    };
    at.term.options.disableStdin = false;
    at.term.options.fontSize = usualFontSize;
    at.term.options.cursorBlink = true;
    size();
    at.term.focus();
    const typed = at.term.onData((data) => void type(data));
    const watch = new ResizeObserver(() => requestAnimationFrame(size));
    if (element.current) watch.observe(element.current);
    return () => {
      typed.dispose();
      watch.disconnect();
      at.term.options.disableStdin = true;
      at.term.options.cursorBlink = false;
    };
  }, [agentId, client, element, inControl]);

  return { state, screen, again: () => setAttempt((was) => was + 1) };
}
