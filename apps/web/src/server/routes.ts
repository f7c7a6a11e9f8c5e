import type { IncomingMessage, ServerResponse } from "node:http";
import {
  AppError,
  appRouter,
  productVersion,
  refused,
  requireScopes,
  type Services,
  toolCallRecorder,
  workspaceInstructions,
} from "@signalbox/api";
import { createMcpEndpoint, declared, knownHost, protectedResourceMetadata, turnedAway } from "@signalbox/mcp";
import { nodeHTTPRequestHandler } from "@trpc/server/adapters/node-http";
import { answerJson, answerProblem } from "./answers.ts";
import { askedFor } from "./asked.ts";
import { headerContext, httpContext } from "./contexts.ts";
import { healthz, metrics, readyz } from "./health.ts";
import { bodyLimit, createRestEndpoint } from "./rest.ts";

type Handler = (req: IncomingMessage, res: ServerResponse) => unknown;

/** Largest body over tRPC's HTTP, in bytes. */
const maxBodyBytes = 8 * 1024 * 1024;
/** Most calls in one request; the console's addresses hold fewer. */
const maxBatchSize = 100;
/** Answers to whatever name the caller uses: a probe of the machine's own network knows no other. */
const anyHost = new Set(["/healthz"]);

/** Procedures that take more, by their path; never together with others in one request. */
const largest = new Map(
  declared(appRouter).flatMap(({ path, meta }) => (meta.maxBodyMiB ? [[path, bodyLimit(meta)] as const] : [])),
);

function trpc(services: Services): Handler {
  return (req, res) => {
    const path = askedFor(req).pathname.slice("/api/trpc/".length);
    return nodeHTTPRequestHandler({
      req,
      res,
      path,
      router: appRouter,
      maxBodySize: largest.get(path) ?? maxBodyBytes,
      maxBatchSize,
      createContext: () => httpContext(services, req, res),
      onError({ error, path, ctx }) {
        if (error.code === "INTERNAL_SERVER_ERROR") {
          services.log.error({ err: error.cause ?? error, path, requestId: ctx?.requestId }, "a call failed");
        }
      },
    });
  };
}

/** Everything that is not a page, before Next sees it: no API lives in a Next route handler. */
export function routes(
  services: Services,
  stopping: AbortSignal,
): (req: IncomingMessage, res: ServerResponse, page: Handler) => Promise<void> {
  const { publicUrl, log } = services;
  requireScopes(appRouter);
  const mcp = createMcpEndpoint({
    router: appRouter,
    createContext: (req) => headerContext(services, req, "mcp"),
    publicUrl,
    version: productVersion,
    log,
    record: toolCallRecorder(services),
    instructions: ({ ctx, caller }) => workspaceInstructions(ctx, caller),
    stopping,
  });
  const rest = createRestEndpoint({
    router: appRouter,
    createContext: (req) => headerContext(services, req, "rest"),
    version: productVersion,
    log,
  });
  const exact = new Map<string, Handler>([
    ["/healthz", healthz],
    ["/readyz", (_req, res) => readyz(services, res)],
    ["/metrics", metrics(services)],
    ["/api/mcp", mcp],
    [
      "/.well-known/oauth-protected-resource/api/mcp",
      (_req, res) => answerJson(res, 200, protectedResourceMetadata(publicUrl)),
    ],
  ]);
  const below: [string, Handler][] = [
    ["/api/trpc/", trpc(services)],
    ["/api/", rest],
  ];

  return async (req, res, page) => {
    try {
      const { pathname } = askedFor(req);
      const handler = exact.get(pathname) ?? below.find(([start]) => pathname.startsWith(start))?.[1];
      // The MCP endpoint turns away by itself, in its protocol's own form.
      if (handler !== mcp && !anyHost.has(pathname)) await foreign(req, handler ? pathname : "a page");
      await (handler ?? page)(req, res);
    } catch (error) {
      const requestId = services.newId("req");
      if (!(error instanceof AppError)) log.error({ err: error, requestId, path: req.url }, "a request failed");
      if (!res.headersSent) answerProblem(res, error, requestId);
      else res.end();
    }
  };

  async function foreign(req: IncomingMessage, what: string): Promise<void> {
    const arrival = { host: req.headers.host, origin: req.headers.origin, localPort: req.socket.localPort };
    const away = turnedAway(arrival, publicUrl, (host, port) => knownHost(host, port, publicUrl));
    if (!away) return;
    await refused(headerContext(services, req, "rest"), what, null, away);
    throw away;
  }
}
