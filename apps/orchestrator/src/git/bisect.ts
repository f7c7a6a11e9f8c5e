/** A beginning of the stack that was tested: its first `length` changes together. */
export type Probe = { length: number; green: boolean };

/** The beginning to test next; or how many changes land, and the place (from 0) of the first red one, if there is one. */
export type NextProbe = { test: number } | { lands: number; red: number | null };

/**
 * Tests the end of a stack of `changes` changes, and halves from there when it is red (WSP-36): the longest beginning that was tested green
 * lands, and the change after it is the first red. At most 1 + ⌈log2 n⌉ tests, whatever they answer.
 */
export function nextProbe(changes: number, seen: readonly Probe[]): NextProbe {
  const green = Math.max(0, ...seen.filter((probe) => probe.green).map(({ length }) => length));
  const red = Math.min(changes + 1, ...seen.filter((probe) => !probe.green).map(({ length }) => length));
  if (red > changes) return green === changes ? { lands: changes, red: null } : { test: changes };
  if (red - green === 1) return { lands: green, red: green };
  return { test: green + Math.floor((red - green) / 2) };
}
