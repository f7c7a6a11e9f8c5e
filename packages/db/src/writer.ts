import type { WriteContext } from "./adapter.ts";
import { DatabaseError } from "./errors.ts";
import type { Tx } from "./types.ts";

/** Runs a body in a transaction of one engine: begins, commits, undoes, tries again. */
export type RunTransaction = <T>(body: (tx: Tx) => Promise<T>) => Promise<T>;

/** The `write` of one database, and a way to wait for those that run. */
export interface Writer {
  write: RunTransaction;
  settled(): Promise<void>;
}

/** Makes a writer. A body that takes longer than `transactionMs` is given up with `DatabaseError` "unavailable". */
export function createWriter(run: RunTransaction, context: WriteContext, transactionMs: number): Writer {
  const running = new Set<Promise<unknown>>();
  return {
    async write(fn) {
      context.refuse("write()");
      const outcome = run((tx) => context.enter(() => within(transactionMs, fn(tx))));
      running.add(outcome);
      try {
        return await outcome;
      } finally {
        running.delete(outcome);
      }
    },
    settled: async () => void (await Promise.allSettled(running)),
  };
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_, reject) => {
    const text = `The transaction was open for more than ${ms} ms and was undone; wait for other things before write().`;
    timer = setTimeout(() => reject(new DatabaseError("unavailable", text)), ms);
  });
  try {
    return await Promise.race([work, expiry]);
  } finally {
    clearTimeout(timer);
  }
}
