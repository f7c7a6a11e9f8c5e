"use client";

import type { Problem } from "@signalbox/api/contracts";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTRPCClient } from "../trpc/context.ts";
import { continued, type LogText, opened, preceded } from "./log-lines.ts";
import { problemOf } from "./problem.ts";

/** Whose log: an agent's session, or a host's daemon. */
export type LogSubject = { agentId: string } | { orchestratorId: string };

interface Wanted {
  subject: LogSubject;
  search: string;
  following: boolean;
}

const atOnce = 500;
const waitSeconds = 25;
/** A pause in milliseconds: after a failure, and for a session that is over and may be restarted. */
const pauseMs = 3_000;

const pause = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, pauseMs);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });

/** A log that is followed: its last lines, what comes after them while `following`, and older ones when asked (HST-48). */
export function useLog({ subject, search, following }: Wanted) {
  const client = useTRPCClient();
  const [log, setLog] = useState<LogText | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [attempt, setAttempt] = useState(0);
  const [loadingOlder, setLoadingOlder] = useState(false);
  const what = JSON.stringify({ ...subject, ...(search ? { search } : {}) });
  /** The log as the loop knows it; another log or search begins anew. */
  const at = useRef<{ what: string; log: LogText } | null>(null);

  const show = useCallback((of: string, next: LogText) => {
    at.current = { what: of, log: next };
    setLog(next);
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt reads again
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    const read = JSON.parse(what) as LogSubject & { search?: string };
    if (at.current?.what !== what) setLog(null);

    async function turn(): Promise<boolean> {
      const now = at.current?.what === what ? at.current.log : null;
      if (!now) {
        const page = await client.logs.read.query({ ...read, tail: atOnce }, { signal });
        if (!signal.aborted) show(what, opened(page));
        return following;
      }
      if (!following) return false;
      const page = await client.logs.read.query({ ...read, tail: atOnce, cursor: now.cursor, waitSeconds }, { signal });
      const known = at.current?.what === what ? at.current.log : now;
      if (!signal.aborted) show(what, continued(known, page));
      if (page.ended && !page.lines.length) await pause(signal);
      return true;
    }

    async function run(): Promise<void> {
      for (let more = true; more && !signal.aborted; ) {
        try {
          more = await turn();
          if (!signal.aborted) setProblem(null);
        } catch (error) {
          if (signal.aborted) return;
          const known = problemOf(error);
          setProblem(known);
          if (known.code !== "Unavailable") return;
          await pause(signal);
        }
      }
    }

    void run();
    return () => stop.abort();
  }, [client, what, following, attempt, show]);

  const older = async () => {
    const before = at.current?.log.earlier;
    if (!before || loadingOlder) return;
    setLoadingOlder(true);
    try {
      const page = await client.logs.read.query({ ...JSON.parse(what), tail: atOnce, before });
      if (at.current?.what === what) show(what, preceded(at.current.log, page));
    } catch (error) {
      setProblem(problemOf(error));
    }
    setLoadingOlder(false);
  };

  return { log, problem, older, loadingOlder, again: () => setAttempt((was) => was + 1) };
}
