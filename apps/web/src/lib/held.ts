/** A page of a list that is read newest first; ids rise with time. */
export interface HeldPage<T> {
  items: readonly T[];
  nextCursor: string | null;
}

/**
 * What is still there of a page that is being read, as it is now. The fresh page is the answer to the same question: what it
 * covers but no longer has is not in the list any more.
 */
export function stillThere<T extends { id: string }>(held: HeldPage<T>, fresh: HeldPage<T>): T[] {
  const now = new Map(fresh.items.map((item) => [item.id, item]));
  const oldest = fresh.items.at(-1)?.id ?? "";
  const beyond = (id: string) => fresh.nextCursor !== null && id < oldest;
  return held.items.flatMap((item) => now.get(item.id) ?? (beyond(item.id) ? [item] : []));
}

/** How many of the fresh page are newer than the oldest that is shown, and not shown. */
export function notShown<T extends { id: string }>(shown: HeldPage<T>, fresh: HeldPage<T>): number {
  const ids = new Set(shown.items.map(({ id }) => id));
  const oldest = shown.items.at(-1)?.id ?? "";
  return fresh.items.filter(({ id }) => !ids.has(id) && (shown.nextCursor === null || id > oldest)).length;
}
