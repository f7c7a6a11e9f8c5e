import { createTRPCUntypedClient, createWSClient, wsLink } from "@trpc/client";
import { WebSocket } from "ws";
import { arrivals } from "./arrivals.ts";
import { timed } from "./samples.ts";

/** A client of the bare tRPC server, over one WebSocket, through the stock client library as the product uses it. */
function bareClient(url: string) {
  const socket = createWSClient({
    url: url.replace("http:", "ws:"),
    WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
  });
  const client = createTRPCUntypedClient({ links: [wsLink({ client: socket })] });
  return { client, close: () => void socket.close() };
}

/** The bare server's two procedures: `emit` keeps nothing, `store` commits a row first. */
type Procedure = "emit" | "store";

/** A caller and a subscriber of the bare server; each answers milliseconds. */
export async function openBare(url: string) {
  const [caller, subscriber] = [bareClient(url), bareClient(url)];
  const items = arrivals();
  const subscription = subscriber.client.subscription("items", undefined, {
    onData: (item) => items.arrived(String((item as { n: number }).n)),
  });
  await items.of("-1");
  let n = 0;
  return {
    /** From the call to its item at the subscriber. */
    async push(procedure: Procedure): Promise<number> {
      const key = n++;
      const from = performance.now();
      const answered = caller.client.mutation(procedure, { n: key });
      const at = await items.of(String(key));
      await answered;
      return at - from;
    },
    /** From the call to its answer. */
    answer: (procedure: Procedure): Promise<number> => timed(() => caller.client.mutation(procedure, { n: n++ })),
    close() {
      subscription.unsubscribe();
      caller.close();
      subscriber.close();
    },
  };
}
