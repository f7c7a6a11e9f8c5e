import { setTimeout as delay } from "node:timers/promises";

/**
 * Looks every 25 ms until `condition` answers something truthy, and answers that. After `withinMs` it throws, naming what
 * was awaited and, where `also` tells more, the state of things.
 */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  { withinMs = 20_000, also }: { withinMs?: number; also?: () => string | Promise<string> } = {},
): Promise<NonNullable<T>> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > deadline)
      throw new Error(`waited ${withinMs} ms for ${what}${also ? `; ${await also()}` : ""}`);
    await delay(25);
  }
}
