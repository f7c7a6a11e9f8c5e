"use client";

import { useState } from "react";
import { type HeldPage, notShown, stillThere } from "./held.ts";

interface Read<T> {
  /** What is read; another key begins anew. */
  key: string;
  fresh: HeldPage<T>;
  /** `fresh` is the answer for this key, not what was shown before it. */
  settled: boolean;
}

/**
 * Keeps showing the page that is being read while newer items arrive in front of it (CON-47). Its items are shown as they
 * are now, and those that are not in the list any more go.
 */
export function useHeld<T extends { id: string }>({ key, fresh, settled }: Read<T>) {
  const [held, setHeld] = useState({ key, page: fresh });
  const kept = settled && held.key === key ? stillThere(held.page, fresh) : held.page.items;
  const begins = settled && (held.key !== key || kept.length === 0);
  if (begins && (held.key !== key || held.page !== fresh)) setHeld({ key, page: fresh });
  const shown = begins ? fresh : { items: kept, nextCursor: held.page.nextCursor };
  return {
    ...shown,
    /** How many items are newer than what is shown, as far as the fresh page reaches. */
    newer: settled ? notShown(shown, fresh) : 0,
    show: () => setHeld({ key, page: fresh }),
  };
}
