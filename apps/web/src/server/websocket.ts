import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import {
  AppError,
  admitTo,
  appRouter,
  type Caller,
  type Connection,
  refused,
  requestOf,
  type Services,
  timing,
} from "@signalbox/api";
import { knownHost, turnedAway } from "@signalbox/mcp";
import { applyWSSHandler } from "@trpc/server/adapters/ws";
import { type WebSocket, WebSocketServer } from "ws";
import { askedFor, oddity } from "./asked.ts";
import { addressOf, headerContext, socketContext } from "./contexts.ts";
import { closeEnded } from "./ended-tokens.ts";

/** Largest frame; uploads go over HTTP. */
const maxFrameBytes = 1024 * 1024;

function connectionOf(services: Services, socket: WebSocket, req: IncomingMessage): Connection {
  return {
    id: services.newId("con"),
    address: addressOf(services, req),
    buffered: () => socket.bufferedAmount,
    close: (reason) => socket.close(4401, reason.slice(0, 120)),
    onClose: (run) => void socket.once("close", run),
  };
}

function reject(socket: Duplex, status: string, message: string): void {
  // Nobody else listens here: a client that cuts the line while it is refused must not end the relay.
  socket.on("error", () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\n${message}\n`);
}

/** Why a handshake is refused before it becomes a WebSocket (MCP-13, IDN-54), or null. */
function refusalOf(services: Services, req: IncomingMessage): AppError | null {
  const { host, origin, cookie, authorization } = req.headers;
  const arrival = { host, origin, localPort: req.socket.localPort };
  const away = turnedAway(arrival, services.publicUrl, (name, port) => knownHost(name, port, services.publicUrl));
  const tokenFollows = askedFor(req).searchParams.has("connectionParams");
  return away ?? (cookie && !authorization && origin === undefined && !tokenFollows ? cookieAlone() : null);
}

const cookieAlone = () => new AppError("Forbidden", "A WebSocket with the cookie needs an Origin");

/** tRPC over WebSocket on /api/trpc, and nothing else: Next keeps its own path, every other upgrade is ended. */
export function serveWebSocket(server: Server, services: Services) {
  const wss = new WebSocketServer({ noServer: true, maxPayload: maxFrameBytes });
  const open = new Map<Connection, Caller>();
  const { broadcastReconnectNotification } = applyWSSHandler({
    wss,
    router: appRouter,
    keepAlive: { enabled: true, pingMs: timing.ping, pongWaitMs: timing.silence - timing.ping },
    async createContext({ req, res, info }) {
      const connection = connectionOf(services, res, req);
      const ctx = socketContext(services, req, connection, info.connectionParams?.token);
      const caller = await admitTo(ctx, "WebSocket");
      if (ctx.credential?.type === "session" && !ctx.sameOrigin) {
        await refused(ctx, "WebSocket", caller, cookieAlone());
        throw cookieAlone();
      }
      open.set(connection, caller);
      connection.onClose(() => open.delete(connection));
      return ctx;
    },
    onError({ error, path, ctx }) {
      const byClient = String((error.cause as { code?: unknown } | undefined)?.code).startsWith("WS_ERR_");
      if (error.code === "INTERNAL_SERVER_ERROR" && !byClient) {
        services.log.error(
          { err: error.cause ?? error, path, requestId: requestOf(error) ?? ctx?.requestId },
          "a call failed",
        );
      }
    },
  });
  const stopClosing = closeEnded(services, open);

  server.on("upgrade", (req, socket, head) => {
    const odd = oddity(req);
    if (odd) return reject(socket, "400 Bad Request", odd.message);
    const path = askedFor(req).pathname;
    const refusal = refusalOf(services, req);
    if (refusal) {
      void refused(headerContext(services, req, "rest"), "WebSocket", null, refusal);
      return reject(socket, "403 Forbidden", `${refusal.message}. ${refusal.details.next ?? ""}`.trimEnd());
    }
    if (path.startsWith("/_next/")) return;
    if (path !== "/api/trpc") return reject(socket, "404 Not Found", "There is no WebSocket here; use /api/trpc");
    wss.handleUpgrade(req, socket, head, (client) => wss.emit("connection", client, req));
  });

  return () => {
    stopClosing();
    broadcastReconnectNotification();
    for (const client of wss.clients) client.close(1012, "the relay stops");
    wss.close();
  };
}
