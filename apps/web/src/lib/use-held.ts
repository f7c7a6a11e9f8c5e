"use client";

import { useState } from "react";

interface Page<T> {
  items: readonly T[];
  nextCursor: string | null;
}

interface Read<T> {
  /** What is read; another key begins anew. */
  key: string;
  fresh: Page<T>;
  /** `fresh` is the answer for this key, not what was shown before it. */
  settled: boolean;
}

/**
 * Keeps showing the page that is being read while newer items arrive in front of it (CON-47). Items that are still in the
 * fresh page are shown as they are now.
 */
export function useHeld<T extends { id: string }>({ key, fresh, settled }: Read<T>) {
  const [held, setHeld] = useState({ key, page: fresh });
  const begins = settled && (held.key !== key || held.page.items.length === 0);
  if (begins && (held.key !== key || held.page !== fresh)) setHeld({ key, page: fresh });
  const { items, nextCursor } = begins ? fresh : held.page;
  const now = new Map(fresh.items.map((item) => [item.id, item]));
  const newest = items[0]?.id ?? "";
  return {
    items: items.map((item) => now.get(item.id) ?? item),
    nextCursor,
    /** How many items are newer than the newest that is shown, as far as the fresh page reaches. */
    newer: settled ? fresh.items.filter(({ id }) => id > newest).length : 0,
    show: () => setHeld({ key, page: fresh }),
  };
}
