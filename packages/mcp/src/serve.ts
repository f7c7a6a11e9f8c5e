import {
  createMcpHandler,
  isJsonContentType,
  isLegacyRequest,
  type Server,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import type { Session } from "./call.ts";
import { streams } from "./progress.ts";
import { type ServerParts, serverFor } from "./server.ts";

/** Instructions for a caller, or undefined where there is nothing to say (MCP-05). */
export type Instructions = (session: Session) => Promise<string | undefined>;

const rpcError = (status: number, code: number, message: string) =>
  Response.json({ jsonrpc: "2.0", id: null, error: { code, message } }, { status });

const read = (text: string): { body: unknown } | null => {
  try {
    return { body: JSON.parse(text) };
  } catch {
    return null;
  }
};

const asksForInstructions = (body: unknown) =>
  ["initialize", "server/discover"].includes((body as { method?: string } | null)?.method ?? "");

/** Answers JSON whatever the client says it accepts, since that is all that most answers are (MCP-02). */
function accepting(request: Request): Request {
  const headers = new Headers(request.headers);
  headers.set("accept", "application/json, text/event-stream");
  return new Request(request.url, { method: "POST", headers });
}

function aborted(signal: AbortSignal): Promise<Response> {
  const gone = () => new Response(null, { status: 499 });
  if (signal.aborted) return Promise.resolve(gone());
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(gone()), { once: true }));
}

/** One exchange of the era that begins with `initialize`. */
async function serveSessionEra(server: Server, request: Request, body: unknown, stream: boolean, gone: AbortSignal) {
  const transport = new WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: undefined,
    enableJsonResponse: !stream,
  });
  await server.connect(transport);
  gone.addEventListener("abort", () => void transport.close(), { once: true });
  const answer = transport.handleRequest(accepting(request), { parsedBody: body });
  const response = await Promise.race([answer, aborted(gone)]);
  if (!stream) await server.close();
  return response;
}

/** Speaks both eras of the protocol on one path (MCP-03); each request gets a server of its own (MCP-01). */
export function createServing(parts: ServerParts, instructions: Instructions) {
  const sessions = new WeakMap<Request, { session: Session; body: unknown }>();
  const onerror = (err: Error) => parts.log.warn({ err }, "MCP request refused");
  const build = async (session: Session, body: unknown) => {
    const text = asksForInstructions(body) ? await instructions(session) : undefined;
    return serverFor(parts, session, text);
  };
  const stateless = createMcpHandler(
    ({ requestInfo }) => {
      const known = requestInfo && sessions.get(requestInfo);
      if (!known) throw new Error("The request has no session");
      return build(known.session, known.body);
    },
    { legacy: "reject", onerror },
  );
  return async (request: Request, session: Session): Promise<Response> => {
    if (!isJsonContentType(request.headers.get("content-type"))) {
      return rpcError(415, -32_000, "The body must be sent as Content-Type application/json");
    }
    const parsed = read(await request.text());
    if (!parsed) return rpcError(400, -32_700, "Parse error: the body is not valid JSON");
    const { body } = parsed;
    if (await isLegacyRequest(request, body)) {
      return serveSessionEra(await build(session, body), request, body, streams(parts.tools, body), session.gone);
    }
    sessions.set(request, { session, body });
    return stateless.fetch(request, { parsedBody: body });
  };
}
