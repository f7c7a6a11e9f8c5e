import { createServer, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { temporary } from "../../test/scene.ts";
import { hook } from "./hook.ts";
import { serveMcp } from "./mcp.ts";

type Answer = (message: { id?: number; method?: string }) => { type?: string; status?: number; parts: string[] };

/** A runner's socket that answers as told, and what it was sent. */
async function runnerSocket(dir: string, answer: Answer) {
  const seen: { path: string; headers: IncomingMessage["headers"]; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString("utf8");
    seen.push({ path: request.url ?? "", headers: request.headers, body });
    const { type = "application/json", status = 200, parts } = answer(JSON.parse(body));
    response.writeHead(status, { "content-type": type });
    for (const part of parts) response.write(part);
    response.end();
  });
  const socket = join(dir, "s");
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return { socket, seen, [Symbol.dispose]: () => void server.close() };
}

const result = (id: number | undefined, value: unknown) => JSON.stringify({ jsonrpc: "2.0", id, result: value });

test("[HST-56] the bridge passes each message on, with what was agreed at the start, and a stream event by event", async () => {
  using dir = temporary();
  using runner = await runnerSocket(dir.path, ({ id, method }) => {
    if (method === "initialize") return { parts: [result(id, { protocolVersion: "2025-06-18" })] };
    if (method === "notifications/initialized") return { status: 202, parts: [] };
    if (method === "tools/list") return { status: 503, parts: ['{"code":"Unavailable","message":"away"}'] };
    const progress = '{"jsonrpc":"2.0","method":"notifications/progress","params":{}}';
    const event = `data: ${progress}\n\ndata: ${result(id, { ok: "größe" })}\n\n`;
    return { type: "text/event-stream", parts: [event.slice(0, 70), event.slice(70)] };
  });
  const lines = [
    { jsonrpc: "2.0", id: 1, method: "initialize", params: {} },
    { jsonrpc: "2.0", method: "notifications/initialized" },
    { jsonrpc: "2.0", id: 2, method: "tools/list" },
    { jsonrpc: "2.0", id: 3, method: "tools/call", params: { name: "relay_whoami", arguments: {} } },
  ];
  const written: string[] = [];
  const input = Readable.from(lines.map((line) => `${JSON.stringify(line)}\n`));
  await serveMcp(runner.socket, { input, write: (line) => written.push(line) });
  const by = (id: number) => written.map((line) => JSON.parse(line)).find((message) => message.id === id);
  expect(by(1).result.protocolVersion).toBe("2025-06-18");
  expect(by(2).error).toMatchObject({ code: -32_000, data: { code: "Unavailable", message: "away" } });
  expect(by(3).result).toEqual({ ok: "größe" });
  expect(written.some((line) => line.includes("notifications/progress"))).toBe(true);
  expect(written.length).toBe(4);
  expect(runner.seen.map(({ headers }) => headers["mcp-protocol-version"])).toEqual([
    undefined,
    "2025-06-18",
    "2025-06-18",
    "2025-06-18",
  ]);
});

test("[MCP-03] a message of the stateless revision carries its own version, method and name as headers", async () => {
  using dir = temporary();
  using runner = await runnerSocket(dir.path, ({ id }) => ({ parts: [result(id, {})] }));
  const params = { name: "relay_whoami", _meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28" } };
  const line = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params });
  await serveMcp(runner.socket, { input: Readable.from([`${line}\n`]), write: () => undefined });
  expect(runner.seen[0]?.headers).toMatchObject({
    "mcp-protocol-version": "2026-07-28",
    "mcp-method": "tools/call",
    "mcp-name": "relay_whoami",
  });
});

test("[HST-56] without a runner each call is answered with what is wrong", async () => {
  const written: string[] = [];
  const input = Readable.from(['{"jsonrpc":"2.0","id":7,"method":"tools/list"}\n']);
  await serveMcp("/nowhere/s", { input, write: (line) => written.push(line) });
  expect(JSON.parse(written[0] ?? "")).toMatchObject({ id: 7, error: { message: expect.stringMatching(/runner/) } });
});

test("[HST-58] a hook's JSON reaches the runner from argument or input, and no failure is the program's", async () => {
  using dir = temporary();
  using runner = await runnerSocket(dir.path, () => ({ parts: ["{}"] }));
  await hook(runner.socket, ['{"from":"argument"}'], Readable.from([]));
  await hook(runner.socket, [], Readable.from(['{"from":', '"input"}']));
  expect(runner.seen.map(({ path, body }) => path + body)).toEqual([
    '/hook{"from":"argument"}',
    '/hook{"from":"input"}',
  ]);
  await hook("/nowhere/s", ["{}"], Readable.from([]));
});
