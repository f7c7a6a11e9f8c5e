const FIRST_MS = 500;
const MOST_MS = 10_000;
const SETTLED_MS = 30_000;

/** Milliseconds to wait before the next start, from the wait before and how long the child then lived: 0.5 s doubling to 10 s. */
export function nextWait(previous, livedMs) {
  if (previous === undefined || livedMs >= SETTLED_MS) return FIRST_MS;
  return Math.min(previous * 2, MOST_MS);
}

/**
 * What to do with a child that ended by itself. It was never ready and says 1: its environment is bad and trying again
 * would only repeat its message. A program that was only asked something (`--help`) ends with 0 before it is ready.
 */
export function afterExit({ everReady, code }) {
  if (!everReady && code === 1) return "fail";
  if (!everReady && code === 0) return "done";
  return "restart";
}
