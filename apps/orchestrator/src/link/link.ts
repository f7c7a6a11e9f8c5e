import { setTimeout as delay } from "node:timers/promises";
import { pauseMs } from "@signalbox/bridge";
import { type Connection, connect, type Relay } from "./connection.ts";
import { isPassing, problemOf } from "./problem.ts";

export interface CallOptions {
  /** Most tries of a call that the relay cannot serve just now; 5 by default. */
  tries?: number;
}

/** A lasting relation to the relay over connections that come and go. */
export interface Link {
  /**
   * Runs a call on a greeted connection: waits for one, and runs it again on the next when the connection is lost under
   * it. Rejects with the relay's refusal, or when the link is closed.
   */
  call<T>(run: (relay: Relay) => Promise<T>, options?: CallOptions): Promise<T>;
  /** The greeted connection of now, or null. */
  current(): Connection | null;
  close(): void;
}

export interface LinkOptions {
  relay: URL;
  token: string;
  /** What is said first on every new connection; the link is usable once it resolves. */
  greet: (connection: Connection) => Promise<void>;
  /** Greeting failed, or the connection was lost; answers the pause before the next attempt, or null for the usual one. */
  onFailure: (error: unknown) => number | null;
  random: () => number;
  /** Waits so many milliseconds before the next attempt, or until the signal; by default on the clock. */
  pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Thrown into calls that still wait when the link is closed. */
export class LinkClosed extends Error {}

const onTheClock = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch(() => undefined);

export function createLink({ relay, token, greet, onFailure, random, pause = onTheClock }: LinkOptions): Link {
  const closing = new AbortController();
  let greeted: Connection | null = null;
  const waiting = new Set<{ resolve: (connection: Connection) => void; reject: (error: Error) => void }>();

  async function once(): Promise<void> {
    const connection = connect(relay, token);
    const stop = () => connection.drop();
    closing.signal.addEventListener("abort", stop, { once: true });
    const lost = new Promise<void>((resolve) =>
      connection.lost.addEventListener("abort", () => resolve(), { once: true }),
    );
    try {
      await greet(connection);
      greeted = connection;
      for (const { resolve } of waiting) resolve(connection);
      waiting.clear();
      await lost;
    } catch (error) {
      throw connection.reason() ?? error;
    } finally {
      greeted = null;
      connection.drop();
      closing.signal.removeEventListener("abort", stop);
    }
  }

  async function run(): Promise<void> {
    for (let attempt = 0; !closing.signal.aborted; attempt += 1) {
      const since = performance.now();
      let refused: number | null = null;
      try {
        await once();
        if (!closing.signal.aborted) onFailure(new Error("The connection to the relay is lost"));
      } catch (error) {
        if (!closing.signal.aborted) refused = onFailure(error);
      }
      if (performance.now() - since > 10_000) attempt = 0;
      await pause(refused ?? pauseMs(attempt, random), closing.signal);
    }
    for (const { reject } of waiting) reject(new LinkClosed("The link to the relay is closed"));
    waiting.clear();
  }

  const usable = (): Promise<Connection> =>
    greeted ? Promise.resolve(greeted) : new Promise((resolve, reject) => waiting.add({ resolve, reject }));

  void run();
  return {
    current: () => greeted,
    close: () => closing.abort(),
    async call(work, { tries: most = 5 } = {}) {
      for (let tries = 0; ; ) {
        if (closing.signal.aborted) throw new LinkClosed("The link to the relay is closed");
        const connection = await usable();
        try {
          return await work(connection.relay);
        } catch (error) {
          const problem = problemOf(error);
          if (problem && !(isPassing(problem) && ++tries < most)) throw error;
          if (problem) await onTheClock(pauseMs(tries, random), closing.signal);
          else connection.drop();
        }
      }
    },
  };
}
