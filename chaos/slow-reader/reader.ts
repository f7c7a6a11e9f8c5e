import type { AppRouter } from "@signalbox/api";
import { createTRPCClient, createWSClient, wsLink } from "@trpc/client";
import superjson from "superjson";
import { WebSocket } from "ws";

/** A client that can stop reading its connection, as when its process or the page's tab hangs. */
export interface Reader {
  relay: ReturnType<typeof createTRPCClient<AppRouter>>;
  /** Reads nothing more from the network; with `silent` it does not say either that it is there. */
  stop(how: { silent: boolean }): void;
  /** Reads again. */
  go(): void;
  lost(): boolean;
  drop(): void;
}

/** Well within the relay's patience with a connection that says nothing. */
const aliveMs = 2_000;

/** Opens one connection, which is not opened again when it is lost. */
export function openReader(url: string, token: string): Reader {
  let lost = false;
  let socket: WebSocket | undefined;
  let timer: NodeJS.Timeout | undefined;
  class Held extends WebSocket {
    constructor(address: string) {
      super(address);
      socket = this;
      this.on("error", () => drop());
    }
  }
  const drop = () => {
    if (lost) return;
    lost = true;
    clearInterval(timer);
    socket?.terminate();
    void client.close();
  };
  const client = createWSClient({
    url: `${url.replace("http:", "ws:")}/api/trpc`,
    connectionParams: { token },
    WebSocket: Held as unknown as typeof globalThis.WebSocket,
    onClose: drop,
  });
  return {
    relay: createTRPCClient<AppRouter>({ links: [wsLink({ client, transformer: superjson })] }),
    stop({ silent }) {
      socket?.pause();
      clearInterval(timer);
      // The answer to a ping that it has not read.
      if (!silent) timer = setInterval(() => socket?.send("PONG"), aliveMs);
    },
    go() {
      clearInterval(timer);
      socket?.resume();
    },
    lost: () => lost,
    drop,
  };
}
