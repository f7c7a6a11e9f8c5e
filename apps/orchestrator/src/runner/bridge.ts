import { chmodSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { textOf } from "../failure.ts";
import { pauseMs } from "../link/backoff.ts";
import { forward, mcpPath, type Tried } from "./forward.ts";

interface Options {
  socket: string;
  relay: URL;
  token: string;
  /** How long a call waits for a relay, or a host behind it, that is away; default a minute. */
  patienceMs?: number;
  /** What the runner itself answers, by path: JSON in, JSON out. */
  own?: Readonly<Record<string, (message: unknown) => Promise<unknown>>>;
}

const largestBody = 1024 * 1024;

/** A try that lasted longer than this was being served: the relay was there until its end. */
const servedMs = 15_000;

/** Somebody waits for the answer, so the pauses between tries stay short: about 2 s. */
const longestPause = 3;

/** Tools that know by its key what was asked before. */
const keyed = new Set(["relay_send_message", "relay_reply"]);

/** Other tools that would act a second time: never called again when it is not known whether the first call was carried out. */
const once = new Set(["relay_spawn_agent", "relay_summon", "relay_upload_artifact"]);

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
  let awaySince = performance.now();
  let repeated = false;
  for (let attempt = 0; !left.signal.aborted; attempt += 1) {
    const since = performance.now();
    const tried = await forward({ from: request, body, repeated }, target, left.signal);
    if (tried.status !== null && !tried.passing) return give(response, tried);
    repeated ||= tried.status === null && tried.lost;
    if (repeated && !isRepeatable(body)) return refuseLost(response);
    if (performance.now() - since > servedMs) {
      awaySince = performance.now();
      attempt = 0;
    }
    const pause = pauseMs(Math.min(attempt, longestPause), Math.random);
    if (performance.now() + pause > awaySince + target.patienceMs) return giveUp(response, tried, target);
    await delay(pause, undefined, { signal: left.signal }).catch(() => undefined);
  }
}

function give(response: ServerResponse, { status, headers, body }: Extract<Tried, { status: number }>): void {
  response.writeHead(status, headers);
  if (Buffer.isBuffer(body)) return void response.end(body);
  body.on("error", () => response.destroy());
  body.pipe(response);
}

function giveUp(response: ServerResponse, tried: Tried, { relay }: Target): void {
  if (tried.status === 200) give(response, tried);
  else
    refuse(
      response,
      503,
      "Unavailable",
      `The relay at ${relay.origin} cannot be reached`,
      "Try again later; the session goes on.",
    );
}

function refuseLost(response: ServerResponse): void {
  const message = "The relay went away during the call, which may have been carried out";
  refuse(response, 503, "Unavailable", message, "Look whether it was before you call again.");
}

/** Whether a call may be made again although it may have been carried out. */
function isRepeatable(body: Buffer): boolean {
  try {
    const { name, arguments: given } = JSON.parse(body.toString("utf8")).params;
    return keyed.has(name) ? typeof given?.idempotencyKey === "string" : !once.has(name);
  } catch {
    return true;
  }
}
