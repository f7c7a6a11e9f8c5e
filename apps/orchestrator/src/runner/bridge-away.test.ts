import { once } from "node:events";
import { createServer, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporary } from "../../test/scene.ts";
import { openBridge } from "./bridge.ts";

type Answer = (response: ServerResponse) => void;

const result = (structuredContent: object, isError = false) =>
  JSON.stringify({ jsonrpc: "2.0", id: 1, result: { isError, structuredContent } });
const json = { "content-type": "application/json" };
const good: Answer = (response) => response.writeHead(200, json).end(result({ ok: true }));
const unavailable: Answer = (response) =>
  response
    .writeHead(200, json)
    .end(result({ error: { code: "Unavailable", message: "Host a is not connected" } }, true));
const dies: Answer = (response) => response.destroy();
const diesHalfway: Answer = (response) => {
  response.writeHead(200, { ...json, "content-length": 500 }).write('{"jsonrpc":', () => response.destroy());
};
const behindProxy =
  (status: number): Answer =>
  (response) =>
    response.writeHead(status, { "content-type": "text/html" }).end("<h1>Bad gateway</h1>");
const event = (message: object) => `event: message\ndata: ${JSON.stringify({ jsonrpc: "2.0", ...message })}\n\n`;
const progress = (n: number) => event({ method: "notifications/progress", params: { progressToken: 7, progress: n } });
/** An event stream of these events; then it ends, or breaks off. */
const streams =
  (events: string[], breaksOff = false): Answer =>
  (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(events.join(""), () => (breaksOff ? response.destroy() : response.end()));
  };
const told = event({ id: 1, result: { isError: false, structuredContent: { ok: true } } });
const notNow = event({
  id: 1,
  result: { isError: true, structuredContent: { error: { code: "Unavailable", message: "The relay stops" } } },
});
const starting: Answer = (response) => response.writeHead(503).end();
const waitedInVain: Answer = (response) => response.writeHead(408).end();

/** A relay that gives these answers in turn, the last one for ever, and a bridge to it. */
async function between(answers: Answer[], patienceMs = 20_000) {
  const dir = temporary();
  const calls: string[] = [];
  const relay = createServer((incoming, response) => {
    const answer = answers[Math.min(calls.length, answers.length - 1)] as Answer;
    calls.push(String(incoming.headers["x-signalbox-repeated"] ?? "first"));
    incoming.resume().on("end", () => answer(response));
  }).listen(0, "127.0.0.1");
  await once(relay, "listening");
  const socketPath = join(dir.path, "s");
  const url = new URL(`http://127.0.0.1:${(relay.address() as AddressInfo).port}`);
  const bridge = await openBridge({ socket: socketPath, relay: url, token: "t", patienceMs });
  return {
    calls,
    /** What the messages of a call's event stream say. */
    async stream(name: string) {
      const { text } = await this.post(name, { wait: true });
      return text
        .split("\n\n")
        .filter(Boolean)
        .map((one) => JSON.parse(one.replace(/^event: message\ndata: /, "")))
        .map(({ params, result, ...rest }) => params?.progress ?? result?.structuredContent ?? rest);
    },
    async call(name: string, given: object = {}) {
      const { status, text } = await this.post(name, given);
      return { status, body: JSON.parse(text) };
    },
    async post(name: string, given: object) {
      const out = request({ socketPath, path: "/api/mcp", method: "POST" });
      out.end(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: given } }));
      const [answer] = await once(out, "response");
      const text = Buffer.concat(await answer.toArray()).toString();
      return { status: answer.statusCode as number, text };
    },
    [Symbol.dispose]() {
      bridge.close();
      relay.closeAllConnections();
      relay.close();
      dir[Symbol.dispose]();
    },
  };
}

test.concurrent.each([
  ["a relay that dies with the call", dies, "1"],
  ["a relay that dies in the middle of its answer", diesHalfway, "1"],
  ["a relay behind a proxy that lost it", behindProxy(502), "1"],
  ["a relay behind a proxy that waited for it in vain", behindProxy(504), "1"],
  ["a relay that is starting", starting, "first"],
  ["a relay that the whole call did not reach in time", waitedInVain, "first"],
  ["a relay whose host is away", unavailable, "first"],
])("[HST-17] %s is called again until it answers, and told when its answer was lost", async (_what, first, second) => {
  using relay = await between([first, good]);
  expect(await relay.call("relay_workspace_ready")).toMatchObject({
    status: 200,
    body: { result: { structuredContent: { ok: true } } },
  });
  expect(relay.calls).toEqual(["first", second]);
});

test.concurrent("[HST-17] a host that stays away is said in the relay's own words", async () => {
  using relay = await between([unavailable], 1_000);
  const { body } = await relay.call("relay_workspace_ready");
  expect(body.result.structuredContent.error).toMatchObject({
    code: "Unavailable",
    message: "Host a is not connected",
  });
  expect(relay.calls.length).toBeGreaterThan(1);
});

test.concurrent.each([
  ["a relay that dies with it", dies],
  ["a proxy that lost the relay", behindProxy(502)],
  ["a proxy that waited for the relay in vain", behindProxy(504)],
])(
  "[MCP-47] a call that acts a second time is not repeated after %s: nobody knows whether it was carried out",
  async (_what, first) => {
    using relay = await between([first, good]);
    const { status, body } = await relay.call("relay_spawn_agent");
    expect([status, body.code, relay.calls.length]).toEqual([503, "Unavailable", 1]);
    expect(body.next).toMatch(/before you call again/);
    expect(await relay.call("relay_spawn_agent")).toMatchObject({ status: 200 });
  },
);

test.concurrent("[SPN-08][MCP-47] a spawn under a request id is made again", async () => {
  using relay = await between([dies, good]);
  expect(await relay.call("relay_spawn_agent", { spawnRequestId: "sp_1" })).toMatchObject({ status: 200 });
  expect(relay.calls).toEqual(["first", "1"]);
});

test.concurrent("[HST-17][MCP-42] a wait that tells its progress goes on in the same answer after the relay was away", async () => {
  using relay = await between([
    streams([progress(0), progress(1)], true),
    dies,
    streams([progress(0), notNow]),
    streams([progress(0), told]),
  ]);
  expect(await relay.stream("relay_workspace_status")).toEqual([0, 1, 2, 3, { ok: true }]);
  expect(relay.calls).toEqual(["first", "1", "1", "1"]);
});

test.concurrent("[MCP-44] a wait that ends with a relay that stops is asked for again, but not what began something and waited for it", async () => {
  using relay = await between([streams([progress(0), notNow]), good]);
  expect(await relay.stream("relay_workspace_status")).toEqual([0, { ok: true }]);
  expect(relay.calls).toEqual(["first", "first"]);
  using acts = await between([streams([progress(0), notNow]), good]);
  const stopped = { error: { code: "Unavailable", message: "The relay stops" } };
  expect(await acts.stream("relay_summon")).toEqual([0, stopped]);
  expect(acts.calls).toEqual(["first"]);
});

test.concurrent("[MCP-47] a wait whose relay stays away is told so in its stream, one that would act again as well", async () => {
  using stays = await between([streams([progress(0)], true), starting], 3_000);
  expect(await stays.stream("relay_workspace_status")).toEqual([
    0,
    expect.objectContaining({
      code: "Unavailable",
      message: expect.stringMatching(/cannot be reached: it answered 503$/),
    }),
  ]);
  using stops = await between([streams([progress(0), notNow])], 1_000);
  const said = await stops.stream("relay_workspace_status");
  expect(said.at(-1)).toEqual({ error: { code: "Unavailable", message: "The relay stops" } });
  using acts = await between([streams([progress(0)], true), good]);
  expect((await acts.stream("relay_summon"))[1].next).toMatch(/before you call again/);
});

test.concurrent("[MSG-36] a message that is sent under a key is sent again, one without a key is not", async () => {
  using relay = await between([dies, good, dies, good]);
  const message = { to: "builder", body: "hello" };
  expect(await relay.call("relay_send_message", { ...message, idempotencyKey: "k" })).toMatchObject({ status: 200 });
  expect(relay.calls).toEqual(["first", "1"]);
  expect(await relay.call("relay_send_message", message)).toMatchObject({ status: 503 });
  expect(relay.calls.length).toBe(3);
});
