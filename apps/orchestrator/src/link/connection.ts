import type { AppRouter } from "@signalbox/api";
import { createTRPCClient, createWSClient, TRPCClientError, type TRPCLink, wsLink } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import superjson, { type SuperJSONResult } from "superjson";
import { type ClientOptions, WebSocket } from "ws";

export type Relay = ReturnType<typeof createTRPCClient<AppRouter>>;

/** One WebSocket to the relay, from its opening to its end; it never opens itself again. */
export interface Connection {
  relay: Relay;
  /** Aborted when the connection is gone. */
  lost: AbortSignal;
  /** What the relay or the network said against it, where they said something: as a rule of a token that is not valid. */
  reason(): Error | null;
  /** Ends it. */
  drop(): void;
}

/** A relay that is cut off is noticed within this (HST-11). */
const silence = { intervalMs: 5_000, pongTimeoutMs: 5_000 };

// `closeTimeout` is missing in the library's types: how long a relay that does not answer holds a closing socket.
const socketOptions: ClientOptions = Object.assign(
  { handshakeTimeout: 10_000, maxPayload: 16 * 1024 * 1024 },
  { closeTimeout: 1_000 },
);

/** Largest frame that the relay takes. */
const largestFrame = 1024 * 1024;

/**
 * The client library puts all calls of one turn of the event loop into one frame, e.g. what five viewers of a terminal
 * are to see; a frame that is too large would cost the connection. Each call alone is small enough.
 */
function framesOf(text: string): string[] {
  if (!text.startsWith("[") || Buffer.byteLength(text) <= largestFrame) return [text];
  return (JSON.parse(text) as unknown[]).map((call) => JSON.stringify(call));
}

/** The relay answers a refused connection with an error that belongs to no call; the client library drops it. */
function refusalIn(message: string): Error | null {
  if (!message.startsWith('{"id":null,"error"')) return null;
  const { error } = JSON.parse(message) as { error: SuperJSONResult };
  return TRPCClientError.from({ error: superjson.deserialize(error) });
}

/** Address of the relay's WebSocket. */
function socketAddress(relay: URL): string {
  const url = new URL(relay);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.pathname = `${url.pathname.replace(/\/$/, "")}/api/trpc`;
  return url.href;
}

/** Opens a connection. Calls made before it is open wait; calls made after it is lost fail. */
export function connect(relay: URL, token: string): Connection {
  const ended = new AbortController();
  let reason: Error | null = null;
  class RelaySocket extends WebSocket {
    constructor(address: string) {
      super(address, [], socketOptions);
      this.on("message", (data) => {
        reason ??= refusalIn(String(data));
      });
      this.on("error", (error) => {
        reason ??= error;
      });
    }
    override send(data: string): void {
      for (const frame of framesOf(data)) super.send(frame);
    }
  }
  const drop = () => {
    if (ended.signal.aborted) return;
    ended.abort();
    void client.close();
  };
  const client = createWSClient({
    url: socketAddress(relay),
    connectionParams: { token },
    WebSocket: RelaySocket as unknown as typeof globalThis.WebSocket,
    keepAlive: { enabled: true, ...silence },
    onClose: drop,
    onError: drop,
  });
  const whileOpen: TRPCLink<AppRouter> =
    () =>
    ({ op, next }) =>
      observable((observer) => {
        if (!ended.signal.aborted) return next(op).subscribe(observer);
        observer.error(TRPCClientError.from(new Error("The connection to the relay is lost")));
      });
  const links = [whileOpen, wsLink<AppRouter>({ client, transformer: superjson })];
  return { relay: createTRPCClient<AppRouter>({ links }), lost: ended.signal, reason: () => reason, drop };
}
