import type { WriteContext } from "./adapter.ts";
import { DatabaseError } from "./errors.ts";

/** Runs a body in a transaction of one engine: begins, commits, undoes, tries again. */
export type RunTransaction<Handle> = <T>(body: (handle: Handle) => Promise<T>) => Promise<T>;

/** The ways to write to one database, and a way to wait for what runs. */
export interface Writers {
  through<Handle>(run: RunTransaction<Handle>): RunTransaction<Handle>;
  settled(): Promise<void>;
}

/** Makes the writers. A body that takes longer than `transactionMs` is given up with `DatabaseError` "unavailable". */
export function createWriters(context: WriteContext, transactionMs: number): Writers {
  const running = new Set<Promise<unknown>>();
  return {
    through: (run) => async (fn) => {
      context.refuse("write()");
      const outcome = run((handle) => context.enter(() => within(transactionMs, fn(handle))));
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
