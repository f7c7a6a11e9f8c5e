/** Repeatable chance: the same seed gives the same row of numbers. */
export interface Random {
  /** From `low` up to, and without, `high`. */
  between(low: number, high: number): number;
  pick<T>(items: readonly T[]): T;
}

/** Mulberry32: 32 bits of state, good enough to choose moments. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (low: number, high: number) => low + next() * (high - low);
  return { between, pick: (items) => items[Math.floor(between(0, items.length))] as (typeof items)[number] };
}
