import { chmodSync, rmSync } from "node:fs";
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { request as httpsRequest } from "node:https";
import { setTimeout as delay } from "node:timers/promises";
import { pauseMs } from "../link/backoff.ts";

interface Options {
  socket: string;
  relay: URL;
  token: string;
  /** How long a call waits for a relay that cannot be reached. */
  patienceMs?: number;
}

const largestBody = 1024 * 1024;
const path = "/api/mcp";

/**
 * The session's own door to the relay: passes `POST /api/mcp` on with the agent's token, so that nothing in the session
 * needs to hold it. A relay that is away is waited for; nothing else is served.
 */
export function openBridge({ socket, relay, token, patienceMs = 60_000 }: Options): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url !== path || request.method !== "POST") {
      request.resume();
      return refuse(response, 404, "NotFound", `Only POST ${path} is served here`, "Use sbx.");
    }
    void pass(request, response, { relay, token, patienceMs });
  });
  server.requestTimeout = 0;
  rmSync(socket, { force: true });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(socket, () => {
      chmodSync(socket, 0o600);
      resolve(server);
    });
  });
}

function refuse(response: ServerResponse, status: number, code: string, message: string, next: string): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ code, message, next, requestId: "runner" }));
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += (part as Buffer).length;
    if (size > largestBody) return null;
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts);
}

type Target = Required<Pick<Options, "relay" | "token" | "patienceMs">>;

async function pass(request: IncomingMessage, response: ServerResponse, target: Target): Promise<void> {
  const body = await bodyOf(request).catch(() => null);
  if (!body) return refuse(response, 413, "Invalid", `The call is larger than ${largestBody} bytes`, "Send less.");
  const left = new AbortController();
  response.on("close", () => left.abort());
  const deadline = performance.now() + target.patienceMs;
  for (let attempt = 0; !left.signal.aborted; attempt += 1) {
    const answer = await forward(request, body, target, left.signal);
    if (answer) {
      response.writeHead(answer.statusCode ?? 502, contentHeaders(answer));
      answer.on("error", () => response.destroy());
      answer.pipe(response);
      return;
    }
    const pause = pauseMs(attempt, Math.random);
    if (performance.now() + pause > deadline) {
      const message = `The relay at ${target.relay.origin} cannot be reached`;
      return refuse(response, 503, "Unavailable", message, "Try again later; the session goes on.");
    }
    await delay(pause, undefined, { signal: left.signal }).catch(() => undefined);
  }
}

const passing = new Set([502, 503, 504]);
const carried = ["accept", "content-type", "mcp-protocol-version", "mcp-session-id", "mcp-method", "mcp-name"];

/** Names and values of the headers that belong to the content, not to the connection. */
function contentHeaders(message: IncomingMessage): Record<string, string> {
  const kept = Object.entries(message.headers).filter(([name]) =>
    /^(content-type|cache-control|mcp-|retry-after)/.test(name),
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

/** One try; null when the relay could not be reached or is not serving yet. */
function forward(from: IncomingMessage, body: Buffer, { relay, token }: Target, signal: AbortSignal) {
  const url = new URL(relay);
  url.pathname = `${url.pathname.replace(/\/$/, "")}${path}`;
  const kept = carried.flatMap((name) => (from.headers[name] ? [[name, String(from.headers[name])]] : []));
  const headers = { ...Object.fromEntries(kept), "content-length": body.length, authorization: `Bearer ${token}` };
  const start = url.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise<IncomingMessage | null>((resolve) => {
    const out = start(url, { method: "POST", headers, signal }, (answer) => {
      if (!passing.has(answer.statusCode ?? 0)) return resolve(answer);
      answer.resume();
      resolve(null);
    });
    out.on("error", () => resolve(null));
    out.end(body);
  });
}
