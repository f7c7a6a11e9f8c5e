import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import { expect, test, vi } from "vitest";
import { serveStdio } from "./stdio.ts";
import { throughHttp } from "./through-http.ts";

interface Message {
  id?: number | string;
  method: string;
  params?: { name?: string };
}

type Answer = (response: ServerResponse, message: Message, count: number) => void;

const json = { "content-type": "application/json" };
const stream = { "content-type": "text/event-stream" };
const result = (id: unknown, value: unknown) => JSON.stringify({ jsonrpc: "2.0", id, result: value });
const good: Answer = (response, { id }) => response.writeHead(200, json).end(result(id, { ok: true }));

/** A relay that answers as told, and what it was sent; it listens when the test says so. */
async function scriptedRelay(answer: Answer, port = 0) {
  const seen: { message: Message; headers: IncomingMessage["headers"] }[] = [];
  const serve: RequestListener = async (request, response) => {
    const message = JSON.parse(Buffer.concat(await request.toArray()).toString()) as Message;
    seen.push({ message, headers: request.headers });
    answer(response, message, seen.length);
  };
  const server = createServer(serve).listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    seen,
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** A client's end of the bridge to that port. */
function clientOf(port: number, options: { patienceMs?: number; graceMs?: number; scheme?: string } = {}) {
  const { patienceMs = 20_000, graceMs = 20_000, scheme = "http" } = options;
  const input = new PassThrough();
  const written: Record<string, unknown>[] = [];
  const bring = throughHttp({ relay: new URL(`${scheme}://127.0.0.1:${port}`), token: "t0ken", patienceMs });
  const write = (line: string) => void written.push(JSON.parse(line));
  const served = serveStdio({ input, write, bring, graceMs });
  return {
    written,
    served,
    send: (...messages: object[]) =>
      messages.forEach((one) => {
        input.write(`${JSON.stringify({ jsonrpc: "2.0", ...one })}\n`);
      }),
    close: () => input.end(),
    answer: (id: number) =>
      vi.waitFor(() => {
        const found = written.find((message) => message.id === id);
        if (!found) throw new Error(`no answer to ${id}`);
        return found;
      }, 15_000),
  };
}

const call = (id: number, name: string) => ({ id, method: "tools/call", params: { name, arguments: {} } });

test("[MCP-45] what the relay says comes back as it is, event by event; a refusal gets the id of what it refuses", async () => {
  const progress = { jsonrpc: "2.0", method: "notifications/progress", params: { progressToken: 1, progress: 0 } };
  const refused = { jsonrpc: "2.0", id: null, error: { code: -32_000, message: "no", data: { code: "Forbidden" } } };
  await using relay = await scriptedRelay((response, { id, method }) => {
    if (method === "tools/list") return void response.writeHead(403, json).end(JSON.stringify(refused));
    if (id === undefined) return void response.writeHead(202).end();
    const text = `data: ${JSON.stringify(progress)}\n\ndata: ${result(id, { word: "größe" })}\n\n`;
    response.writeHead(200, stream).write(Buffer.from(text).subarray(0, -12));
    response.end(Buffer.from(text).subarray(-12));
  });
  const client = clientOf(relay.port);
  client.send({ method: "notifications/initialized" }, call(1, "relay_whoami"), { id: 2, method: "tools/list" });
  expect(await client.answer(1)).toEqual({ jsonrpc: "2.0", id: 1, result: { word: "größe" } });
  expect(await client.answer(2)).toEqual({ ...refused, id: 2 });
  expect(client.written).toHaveLength(3);
  expect(client.written).toContainEqual(progress);
  expect(new Set(relay.seen.map(({ headers }) => headers.authorization))).toEqual(new Set(["Bearer t0ken"]));
  client.close();
  await client.served;
});

test("[MCP-03][MCP-45] a name that no header can hold is wrapped as the stateless revision says", async () => {
  await using relay = await scriptedRelay(good);
  const client = clientOf(relay.port);
  const params = { name: "größe", _meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28" } };
  client.send({ id: 1, method: "tools/call", params });
  await client.answer(1);
  expect(relay.seen[0]?.headers["mcp-name"]).toBe(`=?base64?${Buffer.from("größe").toString("base64")}?=`);
  client.close();
  await client.served;
});

test("[MCP-47] a request waits for a relay that is away; one that stays away is said, and the next is served", async () => {
  const free = await scriptedRelay(good);
  await free[Symbol.asyncDispose]();
  const impatient = clientOf(free.port, { patienceMs: 600 });
  impatient.send(call(1, "relay_whoami"));
  const { error } = (await impatient.answer(1)) as { error: { data: object } };
  expect(error.data).toMatchObject({ code: "Unavailable", message: expect.stringContaining(`127.0.0.1:${free.port}`) });

  const patient = clientOf(free.port);
  patient.send(call(7, "relay_spawn_agent"));
  await using relay = await scriptedRelay(good, free.port);
  expect(await patient.answer(7)).toMatchObject({ result: { ok: true } });
  impatient.send(call(2, "relay_whoami"));
  expect(await impatient.answer(2)).toMatchObject({ result: { ok: true } });
  expect(relay.seen.length).toBe(2);
  for (const client of [impatient, patient]) {
    client.close();
    await client.served;
  }
});

test("[MCP-04][MCP-47] an answer that breaks off is asked for again, but not where that would act a second time", async () => {
  const breaksOnce: Answer = (response, message, count) => {
    if (count > 1) return good(response, message, count);
    response
      .writeHead(200, stream)
      .write('data: {"jsonrpc":"2.0","method":"notifications/progress","params":{}}\n\n', () => response.destroy());
  };
  for (const [tool, outcome] of [
    ["relay_workspace_status", { result: { ok: true } }],
    [
      "relay_spawn_agent",
      { error: { data: { code: "Unavailable", next: expect.stringMatching(/before you call again/) } } },
    ],
  ] as const) {
    await using relay = await scriptedRelay(breaksOnce);
    const client = clientOf(relay.port);
    client.send(call(1, tool));
    expect(await client.answer(1)).toMatchObject(outcome);
    expect(relay.seen.map(({ headers }) => headers["x-signalbox-repeated"])).toEqual(
      "result" in outcome ? [undefined, "1"] : [undefined],
    );
    client.close();
    await client.served;
  }
});

test("[MCP-43] to cancel a call is to leave it: the relay sees it go, and nothing is answered", async () => {
  const left: number[] = [];
  await using relay = await scriptedRelay((response, message, count) => {
    if (message.params?.name !== "relay_workspace_status") return good(response, message, count);
    response.on("close", () => left.push(Number(message.id)));
  });
  const client = clientOf(relay.port);
  client.send(call(1, "relay_workspace_status"));
  await vi.waitFor(() => expect(relay.seen).toHaveLength(1));
  client.send({ method: "notifications/cancelled", params: { requestId: 1 } }, call(2, "relay_whoami"));
  await client.answer(2);
  await vi.waitFor(() => expect(left).toEqual([1]));
  expect(client.written).toHaveLength(1);
  client.close();
  await client.served;
});

test("[MCP-47] when its input closes what can be answered is, and what waits is left", async () => {
  const left: unknown[] = [];
  await using relay = await scriptedRelay((response, message, count) => {
    if (message.id !== 1) return good(response, message, count);
    response.on("close", () => left.push(message.id));
  });
  const client = clientOf(relay.port, { graceMs: 4_000 });
  client.send(call(1, "relay_workspace_status"), call(2, "relay_whoami"));
  client.close();
  await client.served;
  expect(client.written.map(({ id }) => id)).toEqual([2]);
  await vi.waitFor(() => expect(left).toEqual([1]));
});

test("[MCP-42][MCP-47] a wait that tells its progress outlives a relay that stops and one that dies, and its progress rises", async () => {
  const progress = (n: number) =>
    `data: ${JSON.stringify({ jsonrpc: "2.0", method: "notifications/progress", params: { progressToken: 7, progress: n } })}\n\n`;
  const stops = { isError: true, structuredContent: { error: { code: "Unavailable" } } };
  await using relay = await scriptedRelay((response, { id }, count) => {
    response.writeHead(200, stream);
    if (count === 1) return void response.write(progress(0), () => response.destroy());
    response.end(`${progress(0)}data: ${result(id, count === 2 ? stops : { ok: true })}\n\n`);
  });
  const client = clientOf(relay.port);
  client.send(call(1, "relay_workspace_status"));
  expect(await client.answer(1)).toMatchObject({ result: { ok: true } });
  const told = client.written.map(({ params }) => (params as { progress?: number } | undefined)?.progress);
  expect(told).toEqual([0, 1, 2, undefined]);
  client.close();
  await client.served;
});

test("[MCP-47] a relay that is not trusted has been told nothing: a call that acts was not carried out", async () => {
  await using relay = await scriptedRelay(good);
  const client = clientOf(relay.port, { scheme: "https", patienceMs: 600 });
  client.send(call(1, "relay_spawn_agent"));
  const { error } = (await client.answer(1)) as { error: { data: { message: string } } };
  expect(error.data.message).toMatch(/cannot be reached: it does not answer over TLS$/);
  expect(relay.seen).toEqual([]);
  client.close();
  await client.served;
});
