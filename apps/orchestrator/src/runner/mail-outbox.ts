import { setTimeout as delay } from "node:timers/promises";
import type { Rung } from "@signalbox/api/contracts";

/** What a runner may say of a message (MSG-45). */
export type Said = Extract<Rung, "sent" | "injected" | "seen">;

/** Tells the relay how far messages came, in order, for as long as it takes. */
export interface Outbox {
  say(rung: Said, ids: number[]): void;
  /** Resolves once nothing waits to be told, or when the time is up. */
  empty(withinMs: number): Promise<void>;
}

/** Most ids that the relay takes at once. */
const mostIds = 100;

/** `tell` tries for as long as it takes, and rejects when the relay refuses for good: that is left out. */
export function createOutbox(tell: (rung: Said, ids: number[]) => Promise<unknown>): Outbox {
  const waiting: { rung: Said; id: number }[] = [];
  let telling: Promise<void> | null = null;

  async function next(): Promise<void> {
    const { rung } = waiting[0] as (typeof waiting)[number];
    const other = waiting.findIndex((one) => one.rung !== rung);
    const batch = waiting.slice(0, Math.min(other < 0 ? waiting.length : other, mostIds));
    const ids = batch.map(({ id }) => id);
    await tell(rung, ids).catch(() => undefined);
    waiting.splice(0, batch.length);
  }

  async function tellAll(): Promise<void> {
    while (waiting.length) await next();
    telling = null;
  }

  return {
    say(rung, ids) {
      waiting.push(...ids.map((id) => ({ rung, id })));
      if (waiting.length) telling ??= tellAll();
    },
    async empty(withinMs) {
      await Promise.race([telling, delay(withinMs, undefined, { ref: false })]);
    },
  };
}
