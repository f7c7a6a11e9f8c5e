import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { parse } from "./messages.ts";
import { whyOf } from "./no-answer.ts";
import { isUnavailable, streamOf, type Told } from "./stream.ts";

/** Where the relay serves MCP, and the session's socket too. */
export const mcpPath = "/api/mcp";

/** What an MCP client says that it takes. */
export const accept = "application/json, text/event-stream";

/** An answer of the relay; the body of a stream is still on its way. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer | AsyncIterable<string>;
}

/** One try of one call. */
export type Tried =
  /**
   * Answered. `notNow`: by what says that the relay or the host that it asked cannot serve it now, nothing was done, and
   * it may in a moment; of a stream it is known once it was read.
   */
  | (Answer & { notNow(): Answer | null })
  /** Not answered: the relay was not reached, or (`lost`) went away with the call, which may have been carried out. */
  | { status: null; lost: boolean; why: string };

/** The relay, and who calls it. */
export interface Target {
  relay: URL;
  token: string;
}

/** A relay that cannot be reached within this is away, in milliseconds. */
const connectWithinMs = 10_000;

/** 408: a line that was cut with the call half sent; the relay did not get the whole of it. */
const busy = new Set([408, 503]);
/** What a proxy says when the relay's answer did not come back to it: the relay may have carried the call out. */
const lostBehindProxy = new Set([502, 504]);
const carried = ["accept", "content-type", "mcp-protocol-version", "mcp-session-id", "mcp-method", "mcp-name"];

/** Names and values of the headers that belong to the content, not to the connection. */
function contentHeaders(message: IncomingMessage): Record<string, string> {
  const kept = Object.entries(message.headers).filter(([name]) =>
    /^(content-type|cache-control|mcp-|retry-after)/.test(name),
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

/** Streams are passed on as they come; any other answer is read whole first, so that half of one is never passed on. */
async function read(from: IncomingMessage, told: Told): Promise<Tried> {
  const status = from.statusCode ?? 502;
  const headers = contentHeaders(from);
  if (headers["content-type"]?.startsWith("text/event-stream")) {
    const { body, notNow } = streamOf(from, told);
    const asAnswer = (event: string): Answer => ({ status, headers, body: one(event) });
    return { status, headers, body, notNow: () => (notNow() ? asAnswer(notNow() as string) : null) };
  }
  const body = Buffer.concat(await from.toArray());
  if (lostBehindProxy.has(status)) return { status: null, lost: true, why: `it answered ${status}` };
  const answer = { status, headers, body };
  const passing = busy.has(status) || (body.includes('"Unavailable"') && isUnavailable(parse(body.toString("utf8"))));
  return { ...answer, notNow: () => (passing ? answer : null) };
}

interface Call {
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
  /** An earlier try was lost, and what it was told with it. */
  repeated: boolean;
  told: Told;
}

async function* one(event: string) {
  yield event;
}

/** Makes the call once; of its headers only those of MCP go with it. */
export function forward({ headers: from, body, repeated, told }: Call, { relay, token }: Target, signal: AbortSignal) {
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
    const failed = (error: unknown) => resolve({ status: null, lost: connected, why: whyOf(error) });
    const out = start(url, { method: "POST", headers, signal, agent: false }, (answer) =>
      read(answer, told).then(resolve, failed),
    );
    const late = setTimeout(
      () => out.destroy(new Error(`there was no connection within ${connectWithinMs / 1000} s`)),
      connectWithinMs,
    );
    out.on("socket", (socket) =>
      // A relay whose certificate is not trusted is not told anything.
      socket.once(url.protocol === "https:" ? "secureConnect" : "connect", () => {
        connected = true;
        clearTimeout(late);
      }),
    );
    out.on("close", () => clearTimeout(late));
    out.on("error", failed);
    out.end(body);
  });
}
