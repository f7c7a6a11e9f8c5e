import type { Database } from "../../packages/db/src/types.ts";
import type { Random } from "../random.ts";

/** What the store does wrong, and how often. */
export interface Faults {
  /** Share of operations that fail, 0 to 1; changed while it runs. */
  share: number;
  /** How often each kind has happened. */
  seen: { threw: number; late: number; committedAndThrew: number };
}

const lateMs = 20;

/**
 * The same database, of which a share of the transactions and reads throws at once, throws after a while, or, of
 * transactions, is carried out and then throws.
 */
export function faulty(database: Database, faults: Faults, random: Random): Database {
  const strikes = () => random.between(0, 1) < faults.share;
  const fail = (how: string) => new Error(`the store failed: ${how}`);

  async function before(): Promise<void> {
    if (random.between(0, 1) < 0.5) {
      faults.seen.threw += 1;
      throw fail("at once");
    }
    faults.seen.late += 1;
    await new Promise((resolve) => setTimeout(resolve, lateMs));
    throw fail("after a while");
  }

  const failing =
    <Handle>(run: <T>(fn: (handle: Handle) => Promise<T>) => Promise<T>): typeof run =>
    async (fn) => {
      if (!strikes()) return run(fn);
      if (random.between(0, 1) < 0.67) await before();
      await run(fn);
      faults.seen.committedAndThrew += 1;
      throw fail("after the commit");
    };

  const { sql } = database;

  // Single statements through the client: each model's methods.
  const client = new Proxy(database.client, {
    get(target, name) {
      const model = Reflect.get(target, name) as unknown;
      if (typeof model !== "object" || model === null) return model;
      return new Proxy(model, {
        get(methods, method) {
          const run = Reflect.get(methods, method) as unknown;
          if (typeof run !== "function") return run;
          return (...args: unknown[]) =>
            strikes() ? before() : (run as (...args: unknown[]) => unknown).apply(methods, args);
        },
      });
    },
  });
  return {
    ...database,
    client,
    write: failing(database.write),
    writeSql: failing(database.writeSql),
    sql: {
      rows: async (query) => (strikes() ? before().then(() => []) : sql.rows(query)),
      run: async (query) => (strikes() ? before().then(() => 0) : sql.run(query)),
    },
  };
}
