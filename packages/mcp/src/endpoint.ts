import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { toNodeHandler } from "@modelcontextprotocol/node";
import { AppError, admit, type Caller, type Context, mayUse, noCredential, refused, toProblem } from "@signalbox/api";
import { maxBodyBytes, readBody } from "./body.ts";
import type { CallServices } from "./call.ts";
import { knownHost, turnedAway } from "./gate.ts";
import { challenge, refuse } from "./refuse.ts";
import { createServing, type Instructions } from "./serve.ts";
import { toolsOf } from "./tools.ts";

export interface McpEndpointOptions extends CallServices {
  /** The request's context, with the credential from its Authorization header alone. */
  createContext(req: IncomingMessage): Context | Promise<Context>;
  /** `SIGNALBOX_PUBLIC_URL`. */
  publicUrl: string;
  /** The package's version (MCP-04). */
  version: string;
  /** The tools that there may be, in the order of the list; by default the product's (MCP-15). */
  toolNames?: readonly string[];
  /** Replaces the rule for the Host header (MCP-13). */
  hostAllowed?(host: string, localPort: number | undefined): boolean;
  instructions?: Instructions;
  /** Milliseconds between progress notifications; 10,000 by default (MCP-42). */
  progressEveryMs?: number;
}

/** The caller of a request, who must hold `mcp:use` (MCP-10, MCP-12). */
async function identify(ctx: Context): Promise<Caller> {
  if (ctx.credential?.type !== "bearer") throw noCredential();
  const caller = await admit(ctx);
  if (!mayUse(caller.scopes, ["mcp:use"])) {
    throw new AppError("Forbidden", "MCP needs mcp:use, which this token does not have");
  }
  return caller;
}

function authenticationHeaders(ctx: Context, error: unknown, publicUrl: string): Record<string, string> {
  const reason = error instanceof AppError ? error.reason : null;
  if (reason === "Forbidden") return { "www-authenticate": challenge(publicUrl, "insufficient_scope") };
  if (reason !== "Unauthenticated") return {};
  return { "www-authenticate": challenge(publicUrl, ctx.credential?.type === "bearer" ? "invalid_token" : undefined) };
}

/**
 * The handler of `/api/mcp`. Throws at construction when a tool is unknown, declared twice or without scope (MCP-15).
 * The promise settles when the answer has been written.
 */
export function createMcpEndpoint(options: McpEndpointOptions) {
  const { publicUrl, log, createContext } = options;
  const hostAllowed = options.hostAllowed ?? ((host, port) => knownHost(host, port, publicUrl));
  const tools = new Map(toolsOf(options.router, options.toolNames).map((tool) => [tool.name, tool]));
  const parts = { ...options, tools, progressEveryMs: options.progressEveryMs ?? 10_000 };
  const serve = createServing(parts, options.instructions ?? (async () => undefined));

  return async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const gone = new AbortController();
    res.once("close", () => gone.abort());
    const ctx = await createContext(req);
    const { requestId } = ctx;
    res.setHeader("x-request-id", requestId);
    const { host, origin } = req.headers;
    const away = turnedAway({ host, origin, localPort: req.socket.localPort }, publicUrl, hostAllowed);
    if (away) {
      await refused(ctx, "/api/mcp", null, away);
      return refuse(res, toProblem(away, requestId));
    }
    if (req.method !== "POST") {
      const only = new AppError("Invalid", `${req.method} is not served here`, { next: "Use POST." });
      return refuse(res, toProblem(only, requestId), { status: 405, headers: { allow: "POST" } });
    }
    const caller = await identify(ctx).catch(async (error: unknown) => {
      await refused(ctx, "/api/mcp", null, error);
      const problem = toProblem(error, requestId);
      if (problem.code === "Internal") log.error({ err: error, requestId }, "authentication failed");
      refuse(res, problem, { headers: authenticationHeaders(ctx, error, publicUrl) });
    });
    if (!caller) return;
    const body = await readBody(req);
    if (body === null) {
      const large = new AppError("Invalid", `The body is larger than ${maxBodyBytes} bytes`, { limit: maxBodyBytes });
      return refuse(res, toProblem(large, requestId), { status: 413 });
    }
    const session = { ctx, caller, gone: gone.signal };
    const onerror = (err: Error) => log.error({ err, requestId }, "MCP request failed");
    const handle = toNodeHandler(
      { fetch: (request) => serve(request, session) },
      { maxRequestBodySize: maxBodyBytes, onerror },
    );
    const { method, url = "/", headers } = req;
    await handle(
      { method, url, headers, [Symbol.asyncIterator]: () => Readable.from([body])[Symbol.asyncIterator]() },
      res,
    );
  };
}
