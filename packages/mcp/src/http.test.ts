import { once } from "node:events";
import { connect as connectSocket } from "node:net";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { fixtureRouter, newWaiting } from "../test/fixture-router.ts";
import { bearer, startRelay, type TestRelay } from "../test/relay.ts";
import { protectedResourceMetadata } from "./index.ts";

const waiting = newWaiting();
const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };

let relay: TestRelay;
let agent: string;
beforeAll(async () => {
  relay = await startRelay(fixtureRouter(waiting));
  agent = await relay.token("mcp:use", "message:send");
});
afterAll(() => relay[Symbol.asyncDispose]());

/** Sends bytes as they are and gives the answer's status line and body; fetch would choose Host by itself. */
function raw(lines: string[], body = ""): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const socket = connectSocket(relay.port, "127.0.0.1", () => socket.end(`${lines.join("\r\n")}\r\n\r\n${body}`));
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve({ status: Number(text.split(" ")[1]), text }));
  });
}

/** Sends a body of undeclared length to its end, then a GET on the same connection; gives both statuses. */
async function upload(mebibytes: number): Promise<number[]> {
  const socket = connectSocket(relay.port, "127.0.0.1");
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk;
  });
  const head = [`Host: 127.0.0.1:${relay.port}`, `Authorization: Bearer ${agent}`, "Content-Type: application/json"];
  const chunk = `100000\r\n${" ".repeat(0x100000)}\r\n`;
  socket.write(["POST /api/mcp HTTP/1.1", ...head, "Transfer-Encoding: chunked", "", ""].join("\r\n"));
  for (let sent = 0; sent < mebibytes; sent += 1) {
    if (!socket.write(chunk)) await once(socket, "drain");
  }
  socket.write(`0\r\n\r\n${["GET /api/mcp HTTP/1.1", ...head, "", ""].join("\r\n")}`);
  const statuses = () => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
  await vi.waitFor(() => expect(statuses()).toHaveLength(2), 10_000);
  socket.destroy();
  return statuses();
}

describe("who may connect", () => {
  test.each([
    ["missing", {}, undefined],
    ["malformed", { authorization: "Basic YTpi" }, undefined],
    ["unknown", { authorization: "Bearer sbx_nothing" }, 'error="invalid_token"'],
    ["in a cookie", { cookie: "signalbox=ses_1" }, undefined],
  ])("[MCP-10][MCP-12] a token that is %s is 401 with a challenge", async (_what, headers, error) => {
    const response = await relay.post(list, headers as Record<string, string>);
    expect(response.status).toBe(401);
    const challenge = response.headers.get("www-authenticate");
    expect(challenge).toContain(`resource_metadata="${relay.publicUrl}/.well-known/oauth-protected-resource/api/mcp"`);
    expect(challenge).toMatch(/^Bearer /);
    expect(challenge?.includes(error ?? "error=")).toBe(error !== undefined);
    const { error: body } = (await response.json()) as { error: { data: { code: string; requestId: string } } };
    expect(body.data.code).toBe("Unauthenticated");
    expect(response.headers.get("x-request-id")).toBe(body.data.requestId);
  });

  test("[MCP-10] a revoked token is 401", async () => {
    const text = await relay.token("mcp:use");
    const tokenId = text.split("_").slice(1, 3).join("_");
    await relay.administrator.tokens.revoke({ tokenId });
    const response = await relay.post(list, bearer(text));
    expect([response.status, await response.text()]).toEqual([401, expect.stringContaining("revoked")]);
  });

  test("[MCP-11] the metadata holds the address and where the token goes, and nothing else", () => {
    expect(protectedResourceMetadata("https://relay.example")).toEqual({
      resource: "https://relay.example/api/mcp",
      bearer_methods_supported: ["header"],
    });
  });

  test("[MCP-12] a valid token without mcp:use is 403 naming the scope", async () => {
    const response = await relay.post(list, bearer(await relay.token("agent:read")));
    expect(response.status).toBe(403);
    expect(response.headers.get("www-authenticate")).toContain('scope="mcp:use"');
    expect(await response.text()).toContain("mcp:use");
  });

  test("[MCP-13] a foreign Host is 403 before authentication, whatever X-Forwarded-Host says", async () => {
    const { status, text } = await raw([
      "POST /api/mcp HTTP/1.1",
      "Host: evil.example",
      `X-Forwarded-Host: 127.0.0.1:${relay.port}`,
      "Content-Length: 0",
      "Connection: close",
    ]);
    expect(status).toBe(403);
    expect(text).toContain("evil.example");
    expect(text).toContain("SIGNALBOX_PUBLIC_URL");
  });

  test("[MCP-14] a foreign Origin is 403, the relay's own is served, and none is allowed by header", async () => {
    const foreign = await relay.post(list, { ...bearer(agent), origin: "https://evil.example" });
    const own = await relay.post(list, { ...bearer(agent), origin: `http://localhost:${relay.port}` });
    expect([foreign.status, own.status]).toEqual([403, 200]);
    expect(own.headers.get("access-control-allow-origin")).toBeNull();
    expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("transport", () => {
  test.each(["GET", "DELETE", "PUT", "OPTIONS"])("[MCP-02] %s is 405 with Allow", async (method) => {
    const response = await fetch(relay.url, { method, headers: bearer(agent) });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
  });

  test("[MCP-08] a body above 8 MiB is 413, declared or not, and one below is served", async () => {
    const filled = (bytes: number) => JSON.stringify({ ...list, params: { _meta: { filler: "x".repeat(bytes) } } });
    const declared = await relay.post(filled(8 * 1024 * 1024), bearer(agent));
    const streamed = await upload(24);
    const below = await relay.post(filled(5 * 1024 * 1024), bearer(agent));
    expect([declared.status, streamed, below.status]).toEqual([413, [413, 405], 200]);
  });

  test("[MCP-07] malformed JSON is -32700, an invalid request -32600, an unknown method -32601", async () => {
    const codeOf = async (body: unknown) => {
      const response = await relay.post(body, bearer(agent));
      return ((await response.json()) as { error: { code: number } }).error.code;
    };
    expect(await codeOf("{ not json")).toBe(-32_700);
    expect(await codeOf("")).toBe(-32_700);
    expect(await codeOf({ hello: 1 })).toBe(-32_600);
    expect(await codeOf("null")).toBe(-32_600);
    expect(await codeOf({ jsonrpc: "2.0", id: 1, method: "relay/nothing" })).toBe(-32_601);
    expect(await codeOf({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: 7 } })).toBe(-32_602);
    expect(await codeOf({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "relay_nothing" } })).toBe(
      -32_602,
    );
    const args = { name: "relay_whoami", arguments: "text" };
    expect(await codeOf({ jsonrpc: "2.0", id: 1, method: "tools/call", params: args })).toBe(-32_602);
  });

  test("a body of another content type is 415", async () => {
    const response = await relay.post(list, { ...bearer(agent), "content-type": "text/plain" });
    expect(response.status).toBe(415);
  });

  test("[MCP-06] a notification is 202 without body, ping an empty result, and ids come back unchanged", async () => {
    const notified = await relay.post({ jsonrpc: "2.0", method: "notifications/initialized" }, bearer(agent));
    expect([notified.status, await notified.text()]).toEqual([202, ""]);
    for (const id of ["seven", 7, 0]) {
      const pong = await relay.post({ jsonrpc: "2.0", id, method: "ping" }, bearer(agent));
      expect(await pong.json()).toEqual({ jsonrpc: "2.0", id, result: {} });
    }
  });

  test("[MCP-02][MCP-09] tools/list works without initialize and is JSON, also for a client that accepts only JSON", async () => {
    const response = await relay.post(list, { ...bearer(agent), accept: "application/json" });
    expect(response.headers.get("content-type")).toContain("application/json");
    expect(response.headers.get("mcp-session-id")).toBeNull();
    const { result } = (await response.json()) as { result: { tools: { name: string }[] } };
    expect(result.tools.map(({ name }) => name)).toEqual(["relay_whoami", "relay_send_message"]);
  });

  test.each([
    ["2024-11-05", "2024-11-05"],
    ["2025-03-26", "2025-03-26"],
    ["2025-06-18", "2025-06-18"],
    ["2025-11-25", "2025-11-25"],
    ["2024-10-07", "2025-11-25"],
    ["2031-01-01", "2025-11-25"],
  ])("[MCP-03][MCP-04] initialize with %s is answered with %s and the server's info", async (asked, answered) => {
    const params = { protocolVersion: asked, capabilities: {}, clientInfo: { name: "t", version: "0" } };
    const response = await relay.post({ jsonrpc: "2.0", id: 1, method: "initialize", params }, bearer(agent));
    const { result } = (await response.json()) as { result: object };
    expect(result).toEqual({
      protocolVersion: answered,
      capabilities: { tools: {} },
      serverInfo: { name: "signalbox", title: "Signalbox", version: "1.2.3" },
    });
  });

  test("[MCP-03] a stateless revision that is not known is refused naming the one that is", async () => {
    const meta = {
      "io.modelcontextprotocol/protocolVersion": "2031-01-01",
      "io.modelcontextprotocol/clientInfo": { name: "t", version: "0" },
      "io.modelcontextprotocol/clientCapabilities": {},
    };
    const response = await relay.post({ ...list, params: { _meta: meta } }, bearer(agent));
    const { error } = (await response.json()) as { error: { code: number; data: { supported: string[] } } };
    expect([response.status, error.data.supported]).toEqual([400, ["2026-07-28"]]);
  });

  test("[MCP-03] a header that contradicts the body is refused", async () => {
    const meta = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientInfo": { name: "t", version: "0" },
      "io.modelcontextprotocol/clientCapabilities": {},
    };
    const headers = { ...bearer(agent), "mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call" };
    const response = await relay.post({ ...list, params: { _meta: meta } }, headers);
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining("-32020")]);
  });
});
