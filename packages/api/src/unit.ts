import { type Database, type Sql, sqlIn } from "@signalbox/db";
import type { Topic } from "./bells.ts";
import type { Services } from "./context.ts";
import type { RelayEvent } from "./contracts/index.ts";

export type Tx = Parameters<Parameters<Database["write"]>[0]>[0];

/** Where a change is written, in plain SQL, and what is to be told after its commit. */
export interface SqlUnit {
  sql: Sql;
  now: Date;
  publish(event: RelayEvent): void;
  ring(topic: Topic): void;
}

/** One transaction and what is to be told after its commit. */
export interface Unit extends SqlUnit {
  tx: Tx;
  /**
   * Keeps everybody else from changing that row until the commit, so that what is read of it now is still true when it
   * is written. On SQLite, which has one writer, this is so already.
   */
  hold(model: "agent" | "command" | "orchestrator" | "token" | "workspace", id: string): Promise<void>;
}

/** Runs a transaction whose unit is made from its handle; rings afterwards, and only if it committed. */
async function told<T, Handle>(
  { bells, clock }: Pick<Services, "bells" | "clock">,
  write: (fn: (handle: Handle) => Promise<T>) => Promise<T>,
  run: (handle: Handle, told: Omit<SqlUnit, "sql">) => Promise<T>,
): Promise<T> {
  let events: RelayEvent[] = [];
  let topics: Topic[] = [];
  const result = await write((handle) => {
    [events, topics] = [[], []];
    return run(handle, {
      now: clock.now(),
      publish: (event) => void events.push(event),
      ring: (topic) => void topics.push(topic),
    });
  });
  for (const topic of topics) bells.ring(topic);
  for (const event of events) bells.publish(event);
  return result;
}

/** Write, record and number in one transaction; ring afterwards, and only if it committed. */
export async function transact<T>(services: Services, run: (unit: Unit) => Promise<T>): Promise<T> {
  const { db } = services;
  return told(services, db.write<T>, (tx: Tx, rest) =>
    run({
      ...rest,
      tx,
      sql: sqlIn(tx),
      async hold(model, id) {
        if (db.engine === "sqlite") return;
        const rows = tx[model] as unknown as { updateMany(change: object): Promise<unknown> };
        await rows.updateMany({ where: { id }, data: { id } });
      },
    }),
  );
}

/** As `transact`, in plain SQL alone: for what many agents do many times a second. */
export const transactSql = <T>(services: Services, run: (unit: SqlUnit) => Promise<T>): Promise<T> =>
  told(services, services.db.writeSql<T>, (sql: Sql, rest) => run({ ...rest, sql }));
