"use client";

import type { RelayEvent } from "@signalbox/api/contracts";
import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useSubscription } from "@trpc/tanstack-react-query";
import { createContext, type ReactNode, use, useCallback, useEffect, useRef, useState } from "react";
import { keysOf } from "../../lib/invalidation.ts";
import { useTRPC } from "../../trpc/context.ts";

/** Changes are read again at most this often, in milliseconds: well within the second that CON-57 gives. */
const pace = 400;

export interface Connection {
  state: "connecting" | "live" | "lost";
  /** Since when the connection is lost; null while it is not. */
  lostSince: string | null;
  /** The relay was upgraded while this page was open. */
  upgraded: boolean;
}

const ConnectionContext = createContext<Connection>({ state: "connecting", lostSince: null, upgraded: false });

export const useConnection = (): Connection => use(ConnectionContext);

/** Marks reads as old, collected over a short time so that a burst of changes costs one read. */
function usePacedInvalidation() {
  const queryClient = useQueryClient();
  const waiting = useRef(new Map<string, QueryKey>());
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => () => clearTimeout(timer.current ?? undefined), []);
  return useCallback(
    (keys: QueryKey[]) => {
      for (const key of keys) waiting.current.set(JSON.stringify(key), key);
      timer.current ??= setTimeout(() => {
        const now = [...waiting.current.values()];
        waiting.current.clear();
        timer.current = null;
        for (const queryKey of now) void queryClient.invalidateQueries({ queryKey });
      }, pace);
    },
    [queryClient],
  );
}

/** Keeps everything shown fresh by the one stream of events, and says how the connection is (CON-57, CON-58). */
export function LiveData({ children }: { children: ReactNode }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const invalidate = usePacedInvalidation();
  const firstVersion = useRef<string | null>(null);
  const [connection, setConnection] = useState<Connection>({ state: "connecting", lostSince: null, upgraded: false });

  const take = (event: RelayEvent) => {
    if (event.type !== "hello") return invalidate(keysOf(trpc, event));
    firstVersion.current ??= event.version;
    setConnection({ state: "live", lostSince: null, upgraded: event.version !== firstVersion.current });
    void queryClient.invalidateQueries();
  };
  const lose = () => {
    setConnection((was) =>
      was.state === "lost" ? was : { ...was, state: "lost", lostSince: new Date().toISOString() },
    );
    // Whether it is the relay that is gone or only the session.
    void queryClient.invalidateQueries({ queryKey: trpc.auth.whoami.pathKey() });
  };

  const { status, reset } = useSubscription(
    trpc.events.subscribe.subscriptionOptions(undefined, {
      onData: take,
      onConnectionStateChange: ({ error }) => error && lose(),
      onError: lose,
    }),
  );
  // A stream that was refused, as when the session ended, is asked for again until it is granted.
  useEffect(() => {
    if (status !== "error") return;
    const timer = setTimeout(reset, 2_000);
    return () => clearTimeout(timer);
  }, [status, reset]);
  return <ConnectionContext value={connection}>{children}</ConnectionContext>;
}
