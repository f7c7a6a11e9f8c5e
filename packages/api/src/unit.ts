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
    });
  });
  for (const topic of topics) services.bells.ring(topic);
  for (const event of events) services.bells.publish(event);
  return result;
}
