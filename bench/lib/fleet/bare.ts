import type { Connection } from "../../../apps/orchestrator/src/link/connection.ts";

/** The bare server's procedures, through the client library that the product uses. */
interface BareServer {
  items: {
    subscribe(input: { topic: string }, handlers: { onData(item: { topic: string | null; key?: string }): void }): void;
  };
  emit: { mutate(input: { topic: string; key: string }): Promise<unknown> };
}

const serverOf = ({ relay }: Connection) => relay as unknown as BareServer;

/** Greets a bare server by subscribing to a topic: it is greeted when the first item is there. */
export const greetBare =
  (topic: string, greeted: () => void, arrived: (key: string) => void) =>
  (connection: Connection): Promise<void> =>
    new Promise((resolve) => {
      serverOf(connection).items.subscribe(
        { topic },
        {
          onData(item) {
            if (item.key !== undefined) return arrived(item.key);
            greeted();
            resolve();
          },
        },
      );
    });

/** Gives an item to the subscribers of a topic. */
export const emitBare = (connection: Connection, topic: string, key: string): Promise<unknown> =>
  serverOf(connection).emit.mutate({ topic, key });
