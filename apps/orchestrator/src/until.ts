import { setTimeout as delay } from "node:timers/promises";

/** Looks every `everyMs` until the condition holds or the time is up; answers whether it held. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  { withinMs, everyMs = 50 }: { withinMs: number; everyMs?: number },
): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    if (await condition()) return true;
    const left = deadline - performance.now();
    if (left <= 0) return false;
    await delay(Math.min(everyMs, left));
  }
}
