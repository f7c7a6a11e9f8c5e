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
    async call(name: string, given: object = {}) {
      const out = request({ socketPath, path: "/api/mcp", method: "POST" });
      out.end(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: given } }));
      const [answer] = await once(out, "response");
      const text = Buffer.concat(await answer.toArray()).toString();
      return { status: answer.statusCode as number, body: JSON.parse(text) };
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

test.concurrent("a call that acts a second time is not repeated when nobody knows whether it was carried out", async () => {
  using relay = await between([dies, good]);
  const { status, body } = await relay.call("relay_spawn_agent");
  expect([status, body.code, relay.calls.length]).toEqual([503, "Unavailable", 1]);
  expect(body.next).toMatch(/before you call again/);
  expect(await relay.call("relay_spawn_agent")).toMatchObject({ status: 200 });
});

test.concurrent("[MSG-36] a message that is sent under a key is sent again, one without a key is not", async () => {
  using relay = await between([dies, good, dies, good]);
  const message = { to: "builder", body: "hello" };
  expect(await relay.call("relay_send_message", { ...message, idempotencyKey: "k" })).toMatchObject({ status: 200 });
  expect(relay.calls).toEqual(["first", "1"]);
  expect(await relay.call("relay_send_message", message)).toMatchObject({ status: 503 });
  expect(relay.calls.length).toBe(3);
});
