import { EventEmitter } from "node:events";
import type { RelayEvent } from "./contracts/index.ts";

/** Topics that wake someone: a host's command stream, a waiter on one subject, a loop, the console. */
export type Topic =
  | `host:${string}`
  | `agent:${string}`
  | `workspace:${string}`
  | `token:${string}`
  | `mail:${string}`
  | `handed:${string}`
  | "landing"
  | "retention"
  | "loops"
  | "events";

/** A bell only saves latency: whoever waits reads the database again, so a lost ring costs time, never state. */
export interface Bells {
  /** Rings one topic. */
  ring(topic: Topic): void;
  /** Tells the console and whoever waits for that subject. Call after the commit. */
  publish(event: RelayEvent): void;
  /** Attaches before anything is read, so nothing is missed between reading and waiting. */
  listen(...topics: Topic[]): BellListener;
  /** Every published event, for as long as the disposer is not called. */
  onEvent(receive: (event: RelayEvent) => void): () => void;
}

export interface BellListener {
  /**
   * Resolves at the next ring since the last wait, after `maxMs`, or when the signal aborts, with the topics that were
   * rung; never rejects.
   */
  wait(maxMs: number, signal?: AbortSignal): Promise<ReadonlySet<Topic>>;
  close(): void;
}

/** Bells within one process. */
export function localBells(): Bells {
  const emitter = new EventEmitter().setMaxListeners(0);
  const ring = (topic: Topic) => void emitter.emit(topic);
  return {
    ring,
    publish(event) {
      emitter.emit("event", event);
      if (event.type === "agent" || event.type === "workspace" || event.type === "token")
        ring(`${event.type}:${event.id}`);
    },
    onEvent(receive) {
      emitter.on("event", receive);
      return () => void emitter.off("event", receive);
    },
    listen(...topics) {
      let rung = new Set<Topic>();
      let wake = () => {};
      const heard = topics.map((topic) => () => {
        rung.add(topic);
        wake();
      });
      for (const [n, topic] of topics.entries()) emitter.on(topic, heard[n] as () => void);
      return {
        async wait(maxMs, signal) {
          // A plain timer: a signal made of AbortSignal.timeout may be collected, and then nothing ever wakes.
          if (rung.size === 0 && !signal?.aborted) {
            await new Promise<void>((resolve) => {
              const timer = setTimeout(resolve, maxMs);
              wake = () => {
                clearTimeout(timer);
                resolve();
              };
              signal?.addEventListener("abort", wake, { once: true });
            });
            signal?.removeEventListener("abort", wake);
            wake = () => {};
          }
          const now = rung;
          rung = new Set();
          return now;
        },
        close() {
          for (const [n, topic] of topics.entries()) emitter.off(topic, heard[n] as () => void);
        },
      };
    },
  };
}
