import type { AppRouter } from "@signalbox/api";
import {
  createTRPCClient,
  createWSClient,
  httpBatchLink,
  httpLink,
  splitLink,
  type TRPCClient,
  wsLink,
} from "@trpc/client";
import superjson from "superjson";
import { promptSocket } from "./prompt-socket.ts";

const endpoint = "/api/trpc";

export interface BrowserClient {
  client: TRPCClient<AppRouter>;
  /** Opens the WebSocket anew: who is calling is settled when it opens. */
  renew(): void;
}

/** Waits before the n-th attempt to reconnect, in milliseconds: 0.5 s to 10 s (CON-58). */
const reconnectDelay = (attempt: number): number => Math.min(10_000, 500 * 2 ** attempt);

/** Reads that a host answers, or that wait. */
const slowReads = new Set(["orchestrators.directories", "logs.read"]);

/**
 * The browser's connection to the relay. Streams and terminal keys share one WebSocket, which keeps their order; reads
 * go over HTTP in batches; every change and every slow read goes alone, so that none waits for another. Only HTTP can
 * set the session cookie.
 */
export function makeClient(): BrowserClient {
  const socket = createWSClient({
    url: () => `${window.location.protocol === "https:" ? "wss" : "ws"}://${window.location.host}${endpoint}`,
    retryDelayMs: reconnectDelay,
    lazy: { enabled: true, closeMs: 5_000 },
    // A relay under load may answer late; after ten seconds of silence it counts as gone, as for hosts.
    keepAlive: { enabled: true, intervalMs: 4_000, pongTimeoutMs: 6_000 },
    WebSocket: promptSocket(),
  });
  const client = createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type, path }) => type === "subscription" || path.startsWith("terminals."),
        true: wsLink({ client: socket, transformer: superjson }),
        false: splitLink({
          condition: ({ type, path }) => type === "mutation" || slowReads.has(path),
          true: httpLink({ url: endpoint, transformer: superjson }),
          false: httpBatchLink({ url: endpoint, transformer: superjson, maxURLLength: 4_000 }),
        }),
      }),
    ],
  });
  return { client, renew: () => socket.connection?.ws.close() };
}

/** Stands in while the server renders: everything shown there was read before, so nothing may be asked. */
export function silentClient(): BrowserClient {
  const client = createTRPCClient<AppRouter>({
    links: [httpLink({ url: "http://relay.invalid", transformer: superjson })],
  });
  return { client, renew: () => {} };
}
