import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fixtureRouter, newWaiting } from "../test/fixture-router.ts";
import { startRelay, type TestRelay } from "../test/relay.ts";
import type { ToolCall } from "./index.ts";

const waiting = newWaiting();
const eras = ["legacy", "2026-07-28"] as const;

let relay: TestRelay;
let agent: string;
const calls: (ToolCall & { actor: string; requestId: string })[] = [];

beforeAll(async () => {
  relay = await startRelay(fixtureRouter(waiting), {
    record: (ctx, caller, call) => void calls.push({ ...call, actor: caller.actor, requestId: ctx.requestId }),
    instructions: async ({ caller }) => (caller.scopes.has("agent:write") ? "Work on this branch." : undefined),
  });
  agent = await relay.token("mcp:use", "message:send", "message:read");
});
beforeEach(() => void calls.splice(0));
afterAll(() => relay[Symbol.asyncDispose]());

interface Failure {
  code: string;
  message: string;
  next: string;
  requestId: string;
  field?: string;
  limit?: number;
}

const failureOf = (result: { structuredContent?: unknown }): Failure =>
  (result.structuredContent as { error: Failure }).error;

describe.each(eras)("the official client of era %s", (era) => {
  test("[MCP-01][MCP-04] connects and reads who the server is", async () => {
    await using client = await relay.connect(agent, era);
    expect(client.getServerVersion()).toMatchObject({ name: "signalbox", title: "Signalbox", version: "1.2.3" });
    expect(client.getServerCapabilities()).toEqual({ tools: {} });
  });

  test("[MCP-05] instructions are there only for a caller who has some", async () => {
    await using without = await relay.connect(agent, era);
    await using owner = await relay.connect(await relay.token("mcp:use", "agent:write"), era);
    expect([without.getInstructions(), owner.getInstructions()]).toEqual([undefined, "Work on this branch."]);
  });

  test("[MCP-22] lists exactly the tools that the token opens, in order, on one page", async () => {
    const admin = await relay.token("*");
    await using client = await relay.connect(agent, era);
    await using all = await relay.connect(admin, era);
    const names = async (one: typeof client) => (await one.listTools()).tools.map(({ name }) => name);
    expect(await names(client)).toEqual(["relay_whoami", "relay_send_message", "relay_get_message"]);
    expect(await names(all)).toHaveLength(5);
    expect((await all.listTools()).nextCursor).toBeUndefined();
  });

  test("[MCP-19] a success is structured content and the same as one text part", async () => {
    await using client = await relay.connect(agent, era);
    await client.listTools();
    const result = await client.callTool({ name: "relay_send_message", arguments: { to: "a", body: "hi" } });
    expect(result.structuredContent).toEqual({ id: 1, body: "hi" });
    expect(result.content).toEqual([{ type: "text", text: JSON.stringify(result.structuredContent) }]);
    expect(result.isError).toBeFalsy();
  });

  test("[MCP-23] a tool that the list hid is a Forbidden result naming the scopes", async () => {
    await using client = await relay.connect(agent, era);
    const result = await client.callTool({ name: "relay_workspace_status", arguments: { workspaceId: "ws_1" } });
    expect(result.isError).toBe(true);
    expect(failureOf(result)).toMatchObject({
      code: "Forbidden",
      message: expect.stringContaining("agent:read or agent:write"),
    });
  });

  test("[MCP-31][MCP-33] a failure holds code, message, next step, field and request id, as text too", async () => {
    await using client = await relay.connect(agent, era);
    const result = await client.callTool({ name: "relay_send_message", arguments: { to: "nobody", body: "hi" } });
    expect(result.isError).toBe(true);
    expect(failureOf(result)).toEqual({
      code: "NotFound",
      message: "No agent nobody",
      next: expect.stringMatching(/\.$/),
      requestId: expect.stringMatching(/^req_/),
      field: "to",
    });
    expect(result.content).toEqual([{ type: "text", text: JSON.stringify(result.structuredContent) }]);
  });

  test("[MCP-34] arguments that fail the schema are Invalid naming the first bad field and the limit", async () => {
    await using client = await relay.connect(agent, era);
    const invalid = async (args: Record<string, unknown>) =>
      failureOf(await client.callTool({ name: "relay_send_message", arguments: args }));
    expect(await invalid({ to: "a", body: "x".repeat(21) })).toMatchObject({
      code: "Invalid",
      field: "body",
      limit: 20,
    });
    expect(await invalid({ to: "a" })).toMatchObject({ code: "Invalid", field: "body" });
    expect(await invalid({ to: "a", body: "b", cc: "c" })).toMatchObject({ code: "Invalid", field: "cc" });
    expect(await invalid({ to: "a", body: "b", attach: { id: "i", x: 1 } })).toMatchObject({ field: "attach.x" });
    const extra = await client.callTool({ name: "relay_whoami", arguments: { who: "me" } });
    expect(failureOf(extra)).toMatchObject({ code: "Invalid", field: "who" });
  });

  test("[MCP-35] an unexpected failure is Internal with the request id; the log holds the cause", async () => {
    await using client = await relay.connect(agent, era);
    const result = await client.callTool({ name: "relay_send_message", arguments: { to: "crash", body: "hi" } });
    const failure = failureOf(result);
    expect(failure.code).toBe("Internal");
    expect(JSON.stringify(result)).not.toMatch(/SELECT|\/var\/lib|at .*\.ts/);
    const entry = relay.logged.find(({ fields }) => (fields as { requestId?: string }).requestId === failure.requestId);
    const { err } = (entry?.fields ?? {}) as { err?: Error };
    expect(String(err?.cause ?? err)).toContain("SELECT secret");
  });

  test("[MCP-07] an unknown tool is JSON-RPC error -32602", async () => {
    await using client = await relay.connect(agent, era);
    await expect(client.callTool({ name: "relay_nothing", arguments: {} })).rejects.toMatchObject({ code: -32_602 });
  });

  test("[MCP-36][MCP-37] every call is recorded once, with its subject and without its content", async () => {
    await using client = await relay.connect(agent, era);
    await client.callTool({ name: "relay_send_message", arguments: { to: "a", body: "private" } });
    await client.callTool({ name: "relay_send_message", arguments: { to: "nobody", body: "private" } });
    await client.callTool({ name: "relay_shutdown_agent", arguments: { agentId: "claude-k3f9q2" } });
    expect(calls.map(({ tool, outcome, subject }) => [tool, outcome, subject])).toEqual([
      ["relay_send_message", "ok", { to: "a" }],
      ["relay_send_message", "NotFound", { to: "nobody" }],
      ["relay_shutdown_agent", "Forbidden", { agentId: "claude-k3f9q2" }],
    ]);
    expect(JSON.stringify(calls)).not.toContain("private");
    expect(calls.every(({ actor, requestId, durationMs }) => actor && requestId && durationMs >= 0)).toBe(true);
  });
});

test("[MCP-01] answers of callers that ask at the same time do not mix", async () => {
  const tokens = await Promise.all([relay.token("mcp:use"), relay.token("mcp:use", "message:send")]);
  const clients = await Promise.all(tokens.map((text, index) => relay.connect(text, eras[index % 2] ?? "legacy")));
  const lengths = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => (await clients[index % 2]?.listTools())?.tools.length),
  );
  expect(lengths).toEqual(Array.from({ length: 20 }, (_, index) => (index % 2) + 1));
  await Promise.all(clients.map((client) => client.close()));
});
