import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { type AppRouter, createRelay, createSignInLink, ensureAdministrator } from "@signalbox/api";
import { testDatabase } from "@signalbox/db/testing";
import { createTRPCClient, createWSClient, wsLink } from "@trpc/client";
import superjson from "superjson";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { routes } from "./routes.ts";
import { serveWebSocket } from "./websocket.ts";

const quiet = { info() {}, warn() {}, error() {} };

/** The relay's server on a real port and database, without the console. */
async function served() {
  const db = await testDatabase("sqlite");
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const { services } = await createRelay({
    db,
    log: quiet,
    publicUrl: url,
    artifactsDir: join(dirname(db.url.slice("file:".length)), "artifacts"),
  });
  let token = "";
  const keep = async (text: string) => {
    token = text;
  };
  const administrator = await ensureAdministrator(services, { preset: undefined, keep });
  const stopping = new AbortController();
  const route = routes(services, stopping.signal);
  server.on("request", (req, res) => void route(req, res, (_req, page) => page.end("a page")));
  const closeSockets = serveWebSocket(server, services);
  onTestFinished(() => {
    closeSockets();
    server.closeAllConnections();
    server.close();
  });
  const signIn = async () => {
    const code = new URL(await createSignInLink(services, administrator)).hash.slice("#code=".length);
    const body = JSON.stringify({ json: { code } });
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${url}/api/trpc/auth.signIn`, { method: "POST", headers, body });
    return answer.headers.get("set-cookie") ?? "";
  };
  return { url, port, token, services, signIn };
}

/** How a WebSocket handshake ends: `open`, or the HTTP status of its refusal. */
function handshake(url: string, headers: Record<string, string>): Promise<number | "open"> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${url.replace("http", "ws")}/api/trpc`, { headers });
    socket.on("open", () => {
      socket.close();
      resolve("open");
    });
    socket.on("unexpected-response", (_req, res) => resolve(res.statusCode ?? 0));
    socket.on("error", () => {});
  });
}

const whoami = async (url: string, headers: Record<string, string>) => {
  const answer = await fetch(`${url}/api/trpc/auth.whoami?input=${encodeURIComponent('{"json":{}}')}`, { headers });
  const body = (await answer.json()) as { result?: { data: { json: { kind: string } } } };
  return body.result?.data.json.kind ?? answer.status;
};

test("[IDN-02] the first credential present decides alone, and one in the address is never read", async () => {
  const { url, token, signIn } = await served();
  const cookie = (await signIn()).split(";")[0] as string;
  expect(await whoami(url, { cookie })).toBe("person");
  expect(await whoami(url, { cookie, authorization: "Bearer sbx_wrong" })).toBe(401);
  expect(await whoami(url, { authorization: `Bearer ${token}` })).toBe("person");
  const answer = await fetch(`${url}/api/v1/agents?token=${token}&access_token=${token}`);
  expect(answer.status).toBe(401);
});

test("[IDN-52] the session's cookie is httpOnly, SameSite=Strict and for the whole console", async () => {
  const { signIn } = await served();
  expect(await signIn()).toMatch(/^signalbox_session=[A-Za-z0-9]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
});

test("[IDN-54] [MCP-13] foreign Origin and Host are turned away before the upgrade; clients without Origin are served", async () => {
  const { url, port, token, signIn } = await served();
  const cookie = (await signIn()).split(";")[0] as string;
  const authorization = `Bearer ${token}`;
  expect(await handshake(url, { authorization })).toBe("open");
  expect(await handshake(url, { cookie, origin: url })).toBe("open");
  expect(await handshake(url, { cookie, origin: `http://localhost:${port}` })).toBe("open");
  expect(await handshake(url, { cookie })).toBe(403);
  for (const origin of [
    "null",
    "https://evil.example",
    `http://127.0.0.1.evil.example:${port}`,
    "http://127.0.0.1:1",
  ]) {
    expect(await handshake(url, { authorization, origin }), origin).toBe(403);
  }
  for (const host of ["evil.example", `localhost.evil:${port}`, `0.0.0.0:${port}`, "127.0.0.1:1"]) {
    expect(await handshake(url, { authorization, host }), host).toBe(403);
  }
});

test("no WebSocket is served but the API's", async () => {
  const { url, token } = await served();
  const answer = await new Promise((resolve) => {
    const socket = new WebSocket(`${url.replace("http", "ws")}/elsewhere`, {
      headers: { authorization: `Bearer ${token}` },
    });
    socket.on("unexpected-response", (_req, res) => resolve(res.statusCode));
    socket.on("error", () => {});
  });
  expect(answer).toBe(404);
});

test("an unknown procedure and an unknown path are answered with a problem, pages by the console", async () => {
  const { url, token } = await served();
  const headers = { authorization: `Bearer ${token}` };
  const trpc = await fetch(`${url}/api/trpc/agents.nothing`, { headers });
  expect(trpc.status).toBe(404);
  expect(await trpc.json()).toMatchObject({ error: { json: { data: { problem: { code: "NotFound" } } } } });
  const rest = await fetch(`${url}/api/v1/nothing`, { headers });
  expect([rest.status, await rest.json()]).toMatchObject([404, { code: "NotFound", requestId: expect.any(String) }]);
  expect(await (await fetch(`${url}/agents`)).text()).toBe("a page");
});

test("[IDN-01] health is open, metrics need activity:read", async () => {
  const { url, token } = await served();
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  expect((await fetch(`${url}/metrics`)).status).toBe(401);
  const metrics = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  expect(await metrics.text()).toContain("process_resident_memory_bytes");
});

test("[IDN-55] [IDN-56] failed attempts are limited and recorded on every door; a proxy's word counts only when trusted", async () => {
  const { url, services } = await served();
  const attempt = async (from: string) => {
    const headers = { authorization: "Bearer sbx_wrong", "x-forwarded-for": from, "content-type": "application/json" };
    return (await fetch(`${url}/api/mcp`, { method: "POST", headers, body: "{}" })).status;
  };
  for (let n = 0; n < 10; n += 1) expect(await attempt(`192.0.2.${n}`)).toBe(401);
  expect(await attempt("192.0.2.99")).toBe(429);
  services.settings.trustedProxies = ["127.0.0.1"];
  expect(await attempt("192.0.2.99")).toBe(401);
  const denied = await services.db.client.activity.findMany({ where: { kind: "denied", actor: "127.0.0.1" } });
  expect(denied.map(({ title }) => title)).toContain("127.0.0.1 was refused /api/mcp");
});

const asJson = (token: string) => ({ authorization: `Bearer ${token}`, "content-type": "application/json" });

test("[SPN-43] over REST a spawn is accepted, not done: 202, also when it is a repeat", async () => {
  const { url, port, token } = await served();
  const socket = createWSClient({
    url: `ws://127.0.0.1:${port}/api/trpc`,
    WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
    connectionParams: { token },
  });
  onTestFinished(() => void socket.close());
  const host = createTRPCClient<AppRouter>({ links: [wsLink({ client: socket, transformer: superjson })] });
  const shell = {
    provider: "shell" as const,
    available: true,
    reason: null,
    version: "5",
    approvalModes: ["open" as const],
  };
  const about = { bootId: "b", hostname: "h", platform: "test", version: "0.1.0", protocolVersion: 1, baseDir: "/" };
  await host.orchestrators.register.mutate({ id: "host-a", instanceId: "i", ...about, providers: [shell] });
  const body = JSON.stringify({ provider: "shell", prompt: "true", spawnRequestId: "once" });
  const spawn = () => fetch(`${url}/api/v1/agents`, { method: "POST", headers: asJson(token), body });
  for (const repeated of [false, true]) {
    const answer = await spawn();
    expect([answer.status, await answer.json()]).toMatchObject([202, { ok: true, orchestratorId: "host-a", repeated }]);
  }
  expect((await fetch(`${url}/api/v1/agents`, { headers: asJson(token) })).status).toBe(200);
});

test("[IDN-59] each tool call leaves one record, whether it went well or not", async () => {
  const { url, token, services } = await served();
  const call = (name: string, args: object) =>
    fetch(`${url}/api/mcp`, {
      method: "POST",
      headers: {
        ...asJson(token),
        accept: "application/json, text/event-stream",
        "mcp-protocol-version": "2025-11-25",
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: args } }),
    });
  await call("relay_whoami", {});
  await call("relay_shutdown_agent", { agentId: "shell-nobody" });
  const kept = await services.db.client.activity.findMany({ where: { kind: "tool" }, orderBy: { id: "asc" } });
  expect(kept.map(({ title }) => title)).toEqual(["relay_whoami: ok", "relay_shutdown_agent: NotFound"]);
});

test("[IDN-09] the WebSocket of an expired token is closed, without a call on it", async () => {
  const { url, token } = await served();
  const expiresAt = Date.now() + 3_000;
  const constraints = { expiresAt: new Date(expiresAt).toISOString() };
  const body = JSON.stringify({ name: "short-lived", profile: "viewer", constraints });
  const made = await fetch(`${url}/api/v1/tokens`, { method: "POST", headers: asJson(token), body });
  const { text } = (await made.json()) as { text: string };
  const open = (of: string) =>
    new WebSocket(`${url.replace("http", "ws")}/api/trpc`, { headers: { authorization: `Bearer ${of}` } });
  const [socket, other] = [open(text), open(token)];
  await Promise.all([socket, other].map((one) => new Promise((resolve) => one.once("open", resolve))));
  const closed = await new Promise((resolve) => socket.once("close", (code, reason) => resolve(`${code} ${reason}`)));
  expect(closed).toBe("4401 this token has expired");
  expect(Date.now() - expiresAt).toBeGreaterThanOrEqual(0);
  expect(other.readyState).toBe(WebSocket.OPEN);
});

test("[IDN-09] revoking a token closes its open WebSocket", async () => {
  const { url, token, services } = await served();
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const make = { method: "POST", headers, body: JSON.stringify({ name: "short-lived", profile: "viewer" }) };
  const made = (await (await fetch(`${url}/api/v1/tokens`, make)).json()) as { text: string; token: { id: string } };
  const socket = new WebSocket(`${url.replace("http", "ws")}/api/trpc`, {
    headers: { authorization: `Bearer ${made.text}` },
  });
  await new Promise((resolve) => socket.once("open", resolve));
  socket.send(JSON.stringify({ id: 1, method: "query", params: { path: "auth.whoami", input: { json: {} } } }));
  await new Promise((resolve) => socket.once("message", resolve));
  const closed = new Promise((resolve) => socket.once("close", (code, reason) => resolve(`${code} ${reason}`)));
  await fetch(`${url}/api/v1/tokens/${made.token.id}/revoke`, { method: "POST", headers, body: "{}" });
  expect(await closed).toBe("4401 this token was revoked");
  expect(services.tokens.get("anything", 0)).toBeNull();
});
