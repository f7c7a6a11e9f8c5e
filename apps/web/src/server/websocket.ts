import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { admit, appRouter, type Connection, refused, requestOf, type Services, timing } from "@signalbox/api";
import { knownHost, turnedAway } from "@signalbox/mcp";
import { applyWSSHandler } from "@trpc/server/adapters/ws";
import { type WebSocket, WebSocketServer } from "ws";
import { addressOf, socketContext } from "./contexts.ts";
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
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\n${message}\n`);
}

/** tRPC over WebSocket on /api/trpc, and nothing else: Next keeps its own path, every other upgrade is ended. */
export function serveWebSocket(server: Server, services: Services) {
  const wss = new WebSocketServer({ noServer: true, maxPayload: maxFrameBytes });
  const open = new Map<Connection, string>();
  const { broadcastReconnectNotification } = applyWSSHandler({
    wss,
    router: appRouter,
    keepAlive: { enabled: true, pingMs: timing.ping, pongWaitMs: timing.silence - timing.ping },
    async createContext({ req, res, info }) {
      const connection = connectionOf(services, res, req);
      const ctx = socketContext(services, req, connection, info.connectionParams?.token);
      const caller = await admit(ctx).catch(async (error: unknown) => {
        await refused(ctx, "WebSocket", null, error);
        throw error;
      });
      open.set(connection, caller.tokenId);
      connection.onClose(() => open.delete(connection));
      return ctx;
    },
    onError({ error, path, ctx }) {
      if (error.code === "INTERNAL_SERVER_ERROR") {
        services.log.error(
          { err: error.cause ?? error, path, requestId: requestOf(error) ?? ctx?.requestId },
          "a call failed",
        );
      }
    },
  });
  const stopClosing = closeEnded(services, open);

  server.on("upgrade", (req, socket, head) => {
    const path = new URL(req.url ?? "/", "http://relay").pathname;
    if (path.startsWith("/_next/")) return;
    if (path !== "/api/trpc") return reject(socket, "404 Not Found", "There is no WebSocket here; use /api/trpc");
    const { host, origin, cookie } = req.headers;
    const arrival = { host, origin, localPort: req.socket.localPort };
    const away = turnedAway(arrival, services.publicUrl, (name, port) => knownHost(name, port, services.publicUrl));
    if (away) return reject(socket, "403 Forbidden", `${away.message}. ${away.details.next}`);
    if (
      cookie &&
      !req.headers.authorization &&
      origin === undefined &&
      !new URL(req.url ?? "/", "http://relay").searchParams.has("connectionParams")
    ) {
      return reject(socket, "403 Forbidden", "A WebSocket with the cookie needs an Origin");
    }
    wss.handleUpgrade(req, socket, head, (client) => wss.emit("connection", client, req));
  });

  return () => {
    stopClosing();
    broadcastReconnectNotification();
    for (const client of wss.clients) client.close(1012, "the relay stops");
    wss.close();
  };
}
