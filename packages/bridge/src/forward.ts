import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";

/** Where the relay serves MCP, and the session's socket too. */
export const mcpPath = "/api/mcp";

/** What an MCP client says that it takes. */
export const accept = "application/json, text/event-stream";

/** An answer of the relay; the body of a stream is still on its way. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer | IncomingMessage;
}

/** One try of one call. */
export type Tried =
  /** Answered. `passing`: the relay or the host that it asked cannot serve it now, nothing was done, and it may in a moment. */
  | (Answer & { passing: boolean })
  /** Not answered: the relay was not reached, or (`lost`) went away with the call, which may have been carried out. */
  | { status: null; lost: boolean };

/** The relay, and who calls it. */
export interface Target {
  relay: URL;
  token: string;
}

/** A relay that cannot be reached within this is away, in milliseconds. */
const connectWithinMs = 10_000;

/** 408: a line that was cut with the call half sent; the relay did not get the whole of it. */
const busy = new Set([408, 502, 503, 504]);
const carried = ["accept", "content-type", "mcp-protocol-version", "mcp-session-id", "mcp-method", "mcp-name"];

/** Names and values of the headers that belong to the content, not to the connection. */
function contentHeaders(message: IncomingMessage): Record<string, string> {
  const kept = Object.entries(message.headers).filter(([name]) =>
    /^(content-type|cache-control|mcp-|retry-after)/.test(name),
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

/** Whether a tool's result is the error that says: not now. */
function isUnavailable(body: Buffer): boolean {
  if (!body.includes('"Unavailable"')) return false;
  try {
    const { result } = JSON.parse(body.toString("utf8"));
    return result?.isError === true && result.structuredContent?.error?.code === "Unavailable";
  } catch {
    return false;
  }
}

/** Streams are passed on as they come; any other answer is read whole first, so that half of one is never passed on. */
async function read(answer: IncomingMessage): Promise<Tried> {
  const status = answer.statusCode ?? 502;
  const headers = contentHeaders(answer);
  if (headers["content-type"]?.startsWith("text/event-stream"))
    return { status, headers, body: answer, passing: false };
  const body = Buffer.concat(await answer.toArray());
  return { status, headers, body, passing: busy.has(status) || isUnavailable(body) };
}

interface Call {
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
  /** An earlier try was lost, and what it was told with it. */
  repeated: boolean;
}

/** Makes the call once; of its headers only those of MCP go with it. */
export function forward({ headers: from, body, repeated }: Call, { relay, token }: Target, signal: AbortSignal) {
  const url = new URL(relay);
  url.pathname = `${url.pathname.replace(/\/$/, "")}${mcpPath}`;
  const kept = carried.flatMap((name) => (from[name] ? [[name, String(from[name])]] : []));
  const headers = {
    ...Object.fromEntries(kept),
    "content-length": body.length,
    authorization: `Bearer ${token}`,
    ...(repeated ? { "x-signalbox-repeated": "1" } : {}),
  };
  const start = url.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise<Tried>((resolve) => {
    let connected = false;
    const failed = () => resolve({ status: null, lost: connected });
    const out = start(url, { method: "POST", headers, signal, agent: false }, (answer) =>
      read(answer).then(resolve, failed),
    );
    const late = setTimeout(() => out.destroy(new Error("not connected in time")), connectWithinMs);
    out.on("socket", (socket) =>
      socket.once("connect", () => {
        connected = true;
        clearTimeout(late);
      }),
    );
    out.on("close", () => clearTimeout(late));
    out.on("error", failed);
    out.end(body);
  });
}
