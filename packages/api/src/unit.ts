import type { Database } from "@signalbox/db";
import type { Topic } from "./bells.ts";
import type { Services } from "./context.ts";
import type { RelayEvent } from "./contracts/index.ts";

export type Tx = Parameters<Parameters<Database["write"]>[0]>[0];

/** One transaction and what is to be told after its commit. */
export interface Unit {
  tx: Tx;
  now: Date;
  publish(event: RelayEvent): void;
  ring(topic: Topic): void;
  /**
   * Keeps everybody else from changing that row until the commit, so that what is read of it now is still true when it
   * is written. On SQLite, which has one writer, this is so already.
   */
  hold(model: "agent" | "command" | "orchestrator" | "token" | "workspace", id: string): Promise<void>;
}

/** Write, record and number in one transaction; ring afterwards, and only if it committed. */
export async function transact<T>(services: Services, run: (unit: Unit) => Promise<T>): Promise<T> {
  let events: RelayEvent[] = [];
  let topics: Topic[] = [];
  const result = await services.db.write((tx) => {
    [events, topics] = [[], []];
    return run({
      tx,
      now: services.clock.now(),
      publish: (event) => void events.push(event),
      ring: (topic) => void topics.push(topic),
      async hold(model, id) {
        if (services.db.engine === "sqlite") return;
        const rows = tx[model] as unknown as { updateMany(change: object): Promise<unknown> };
        await rows.updateMany({ where: { id }, data: { id } });
      },
    });
  });
  for (const topic of topics) services.bells.ring(topic);
  for (const event of events) services.bells.publish(event);
  return result;
}
