import { once } from "node:events";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { fixtureRouter, newWaiting } from "../test/fixture-router.ts";
import { bearer, startRelay, type TestRelay } from "../test/relay.ts";
import type { ToolCall } from "./index.ts";

const waiting = newWaiting();
const args = { workspaceId: "ws_1", wait: true };
const eras = ["legacy", "2026-07-28"] as const;

let relay: TestRelay;
let agent: string;
let calls: ToolCall[] = [];

beforeAll(async () => {
  relay = await startRelay(fixtureRouter(waiting), {
    progressEveryMs: 20,
    record: (_ctx, _caller, call) => void calls.push(call),
  });
  agent = await relay.token("mcp:use", "agent:read");
});
beforeEach(() => {
  calls = [];
});
afterAll(() => relay[Symbol.asyncDispose]());

const callOf = (meta: object = {}) => ({
  jsonrpc: "2.0",
  id: 1,
  method: "tools/call",
  params: { name: "relay_workspace_status", arguments: args, _meta: meta },
});

describe.each(eras)("a waiting call of era %s", (era) => {
  test("[MCP-42] with a progress token tells at once and again, with rising progress, and then answers", async () => {
    await using client = await relay.connect(agent, era);
    const heard: { progress: number; message?: string }[] = [];
    const onprogress = (progress: { progress: number; message?: string }) => {
      heard.push(progress);
      if (heard.length === 3) waiting.ended.dispatchEvent(new Event("event"));
    };
    const result = await client.callTool({ name: "relay_workspace_status", arguments: args }, { onprogress });
    expect(result.structuredContent).toMatchObject({ status: "landed" });
    expect(heard.slice(0, 3).map(({ progress }) => progress)).toEqual([0, 1, 2]);
    expect(heard[0]?.message).toBe("Waiting for 0 s. Workspace status: ws_1");
  });

  test("[MCP-43] a client that leaves ends the wait, which is recorded as cancelled", async () => {
    const leave = new AbortController();
    const client = await relay.connect(agent, era);
    const started = once(waiting.started, "wait");
    const call = client.callTool({ name: "relay_workspace_status", arguments: args }, { signal: leave.signal });
    await started;
    leave.abort();
    await expect(call).rejects.toThrow();
    await client.close();
    await vi.waitFor(
      () => expect([waiting.running, calls.map(({ outcome }) => outcome)]).toEqual([0, ["cancelled"]]),
      2_000,
    );
  });

  test("[MCP-43] leaving an event stream ends the wait as well", async () => {
    const leave = new AbortController();
    const client = await relay.connect(agent, era);
    const options = { signal: leave.signal, onprogress: () => leave.abort() };
    await expect(client.callTool({ name: "relay_workspace_status", arguments: args }, options)).rejects.toThrow();
    await client.close();
    await vi.waitFor(
      () => expect([waiting.running, calls.map(({ outcome }) => outcome)]).toEqual([0, ["cancelled"]]),
      2_000,
    );
  });
});

test("[MCP-02][MCP-42] without a progress token the answer is JSON, with one an event stream", async () => {
  const types = [];
  for (const meta of [{}, { progressToken: "p" }]) {
    const started = once(waiting.started, "wait");
    const answer = relay.post(callOf(meta), bearer(agent));
    await started;
    waiting.ended.dispatchEvent(new Event("event"));
    const response = await answer;
    types.push(response.headers.get("content-type"));
    expect(await response.text()).toContain('"landed"');
  }
  expect(types).toEqual([expect.stringContaining("application/json"), expect.stringContaining("text/event-stream")]);
});

test("[MCP-02] a call that does not wait is JSON, progress token or not", async () => {
  const call = { ...callOf({ progressToken: 1 }) };
  const response = await relay.post(
    { ...call, params: { ...call.params, arguments: { workspaceId: "w" } } },
    bearer(agent),
  );
  expect(response.headers.get("content-type")).toContain("application/json");
});

test("[MCP-44] a relay that stops ends waits with Unavailable and the advice to call again", async () => {
  const stopping = new AbortController();
  await using stoppable = await startRelay(fixtureRouter(waiting), { stopping: stopping.signal });
  const text = await stoppable.token("mcp:use", "agent:read");
  const started = once(waiting.started, "wait");
  const answer = stoppable.post(callOf(), bearer(text));
  await started;
  stopping.abort();
  const { result } = (await (await answer).json()) as { result: { isError: boolean; structuredContent: object } };
  expect(result.isError).toBe(true);
  expect(result.structuredContent).toMatchObject({
    error: { code: "Unavailable", next: expect.stringContaining("same call again") },
  });
});

test("[MCP-40] 200 waiting calls leave the 95th percentile of relay_whoami under 100 ms", async () => {
  const leave = new AbortController();
  const waits = Array.from({ length: 200 }, () =>
    relay.post(callOf(), bearer(agent), { signal: leave.signal }).catch(() => null),
  );
  await vi.waitFor(() => expect(waiting.running).toBe(200), 20_000);
  const whoami = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "relay_whoami", arguments: {} } };
  const times: number[] = [];
  for (let round = 0; round < 40; round += 1) {
    const from = performance.now();
    expect((await relay.post(whoami, bearer(agent))).status).toBe(200);
    times.push(performance.now() - from);
  }
  leave.abort();
  await Promise.all(waits);
  await vi.waitFor(() => expect(waiting.running).toBe(0), 5_000);
  expect(times.sort((a, b) => a - b)[37]).toBeLessThan(100);
}, 40_000);
