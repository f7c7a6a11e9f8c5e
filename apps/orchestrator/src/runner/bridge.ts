import { once } from "node:events";
import { chmodSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type Answer, callPatiently, eventOf, mcpPath } from "@signalbox/bridge";
import { textOf } from "../failure.ts";

interface Options {
  socket: string;
  relay: URL;
  token: string;
  /** How long a call waits for a relay, or a host behind it, that is away; default a minute. */
  patienceMs?: number;
  /** What the runner itself answers, by path: JSON in, JSON out. */
  own?: Readonly<Record<string, (message: unknown) => Promise<unknown>>>;
}

/** As much as the relay takes over MCP (MCP-08). */
const largestBody = 8 * 1024 * 1024;

/**
 * The session's own door to the relay: passes `POST /api/mcp` on with the agent's token, so that nothing in the session
 * needs to hold it. A relay that is away, or has just lost the host that it needs, is waited for (HST-17); nothing else is
 * served but what the runner answers itself.
 */
export function openBridge({ socket, relay, token, patienceMs = 60_000, own = {} }: Options): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = request.method === "POST" && Object.hasOwn(own, request.url ?? "") && own[request.url ?? ""];
    if (answer) return void answerSelf(request, response, answer);
    if (request.url !== mcpPath || request.method !== "POST") {
      request.resume();
      return refuse(response, 404, "NotFound", `Only POST ${mcpPath} is served here`, "Use sbx.");
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

/** The whole body; null when it is too large: the rest is thrown away as it comes, so that the answer can be read. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > largestBody) break;
    parts.push(part);
  }
  if (size <= largestBody) return Buffer.concat(parts);
  request.resume();
  return null;
}

async function answerSelf(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (message: unknown) => Promise<unknown>,
): Promise<void> {
  try {
    const body = await bodyOf(request);
    if (!body) return refuse(response, 413, "Invalid", `The message is larger than ${largestBody} bytes`, "Send less.");
    const value = await answer(JSON.parse(body.toString("utf8")));
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(value ?? {}));
  } catch (error) {
    refuse(response, 400, "Invalid", textOf(error), "Send what this path takes.");
  }
}

type Target = Required<Pick<Options, "relay" | "token" | "patienceMs">>;

async function pass(request: IncomingMessage, response: ServerResponse, target: Target): Promise<void> {
  const body = await bodyOf(request).catch(() => null);
  if (!body) return refuse(response, 413, "Invalid", `The call is larger than ${largestBody} bytes`, "Send less.");
  const left = new AbortController();
  response.on("close", () => left.abort());
  const { patienceMs } = target;
  const give = (answer: Answer) => hand(response, answer, left.signal);
  const call = { headers: request.headers, body };
  const end = await callPatiently(call, target, { patienceMs, signal: left.signal, give });
  if (typeof end !== "object") return;
  const { message, next } = end;
  if (!response.headersSent) return refuse(response, 503, "Unavailable", message, next);
  response.end(eventOf(JSON.stringify({ code: "Unavailable", message, next, requestId: "runner" })));
}

/**
 * Passes an answer on; a stream as it comes. One that breaks off leaves the response open: what a later try brings goes on
 * in it, and whoever asked notices nothing.
 */
async function hand(response: ServerResponse, answer: Answer, left: AbortSignal): Promise<boolean> {
  const { status, headers, body } = answer;
  const goesOn = response.headersSent;
  if (!goesOn) response.writeHead(status, headers);
  if (Buffer.isBuffer(body)) {
    response.end(goesOn ? eventOf(body.toString("utf8")) : body);
    return true;
  }
  try {
    for await (const event of body) if (!response.write(event)) await once(response, "drain", { signal: left });
  } catch {
    return false;
  }
  response.end();
  return true;
}
