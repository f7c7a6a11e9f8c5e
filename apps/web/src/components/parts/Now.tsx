"use client";

import { createContext, type ReactNode, use, useEffect, useState } from "react";

const NowContext = createContext(0);

/** The time that relative times are told from, in milliseconds; the server's at first, so that both render the same. */
export const useNow = (): number => use(NowContext);

export function Now({ at, everyMs = 5_000, children }: { at: number; everyMs?: number; children: ReactNode }) {
  const [now, setNow] = useState(at);
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return <NowContext value={now}>{children}</NowContext>;
}
