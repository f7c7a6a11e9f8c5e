import { afterAll, beforeAll, expect, test } from "vitest";
import { signIn } from "../support/browser.ts";
import { attempts, refuses } from "./support/attempts.ts";
import { type Answer, headersOf, read } from "./support/doors.ts";
import { oddAddresses, oddMessages } from "./support/odd.ts";
import { cutOff, message, overSocket, raw } from "./support/raw.ts";
import { operations, procedures } from "./support/surface.ts";
import { startWorld, type World } from "./support/world.ts";

let world: World;
const table = attempts();
beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => {
  table.print("what a client may write on the wire");
  await world?.[Symbol.asyncDispose]();
});

const ask = async (path: string, init: RequestInit = {}): Promise<Answer> =>
  read(await fetch(`${world.url}${path}`, init));
const json = { "content-type": "application/json" };
const whoami = "auth.whoami?input=%7B%22json%22%3A%7B%7D%7D";
const isRefused = ({ status }: { status: number }) => status >= 400 && status < 500;

test("[IDN-02] a token in an address, a cookie or another header is no credential", async () => {
  const { adminToken: token } = world;
  const places = [
    ...["token", "access_token", "authorization", "auth", "key", "api_key", "bearer"].map((name) => `${name}=${token}`),
    `connectionParams=${encodeURIComponent(JSON.stringify({ token }))}`,
    `authorization=Bearer%20${token}`,
  ];
  for (const place of places) {
    for (const path of ["/api/v1/agents", "/api/openapi.json", "/metrics", "/api/trpc/agents.list"]) {
      table.note("a token in the address", path, await ask(`${path}?${place}`, { headers: headersOf(null) }));
    }
    const rpc = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
    const init = { method: "POST", headers: { ...headersOf(null), ...json }, body: rpc };
    table.note("a token in the address", "MCP", await ask(`/api/mcp?${place}`, init));
    const { messages } = await overSocket(world.url, { path: `/api/trpc?${place}`, say: [message("agents.list", {})] });
    const said = { status: 401, code: messages[0]?.includes('"result"') ? "ok" : "HTTP closed" };
    table.note("a token in the address", "WebSocket", said);
  }
  const elsewhere: Record<string, string>[] = [
    { cookie: `signalbox_session=${token}` },
    { cookie: `token=${token}; authorization=Bearer ${token}` },
    { "x-api-key": token },
    { "proxy-authorization": `Bearer ${token}` },
    { authorization: `Basic ${Buffer.from(`admin:${token}`).toString("base64")}` },
    { authorization: token },
    { authorization: `Bearer ${token} x` },
    { authorization: `Bearer ${token},${token}` },
    { authorization: "Bearer" },
  ];
  for (const headers of elsewhere) {
    for (const path of ["/api/v1/agents", "/api/trpc/agents.list?input=%7B%22json%22%3A%7B%7D%7D"]) {
      table.note(
        "a token in a wrong place",
        path.slice(0, 9),
        await ask(path, { headers: { ...headersOf(null), ...headers } }),
      );
    }
  }
  table.none();
});

test("[IDN-51, IDN-54, MCP-12] the link works once, and the cookie for the console's own pages alone", async () => {
  const { url, relay } = world;
  const { cookie, code } = await signIn(relay);
  const link = { method: "POST", headers: { ...headersOf(null), ...json }, body: JSON.stringify({ json: { code } }) };
  table.note("the sign-in link a second time", "tRPC", await ask("/api/trpc/auth.signIn", link));
  const change = { method: "POST", body: JSON.stringify({ json: { name: "n", profile: "admin" } }) };
  for (const origin of [undefined, "null", "https://evil.example", `${url}.evil.example`]) {
    const headers = { ...headersOf(null), ...json, cookie, ...(origin ? { origin } : {}) };
    table.note(
      "the cookie without the console's Origin",
      "tRPC",
      await ask("/api/trpc/tokens.create", { ...change, headers }),
    );
    for (const path of ["/api/trpc", "/api/trpc?connectionParams=1"]) {
      const params = JSON.stringify({ method: "connectionParams", data: {} });
      const say = [...(path.includes("?") ? [params] : []), message("agents.list", {})];
      const { messages } = await overSocket(url, { path, say, headers: { cookie, ...(origin ? { origin } : {}) } });
      const said = { status: 403, code: messages[0]?.includes('"result"') ? "ok" : "HTTP refused" };
      table.note("the cookie without the console's Origin", "WebSocket", said);
    }
  }
  const own = { ...headersOf(null), cookie, origin: url };
  table.note("the cookie on REST", "REST", await ask("/api/v1/agents", { headers: own }));
  const rpc = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
  table.note(
    "the cookie on MCP",
    "MCP",
    await ask("/api/mcp", { method: "POST", headers: { ...own, ...json }, body: rpc }),
  );
  const form = {
    method: "POST",
    headers: { ...own, "content-type": "application/x-www-form-urlencoded" },
    body: "json={}",
  };
  table.note("a form with the cookie", "tRPC", await ask("/api/trpc/auth.signOut", form));
  await ask("/api/trpc/auth.signOut", { method: "POST", headers: { ...own, ...json }, body: '{"json":{}}' });
  table.note(
    "the cookie after signing out",
    "tRPC",
    await ask("/api/trpc/agents.list?input=%7B%22json%22%3A%7B%7D%7D", { headers: own }),
  );
  const { messages } = await overSocket(url, { headers: { cookie, origin: url }, say: [message("agents.list", {})] });
  const said = { status: 401, code: messages[0]?.includes('"result"') ? "ok" : "HTTP closed" };
  table.note("the cookie after signing out", "WebSocket", said);
  table.none();
});

test("[IDN-14] no method but its own opens anything, and no batch hides a forbidden call", async () => {
  const { admin, adminToken } = world;
  const headers = { ...headersOf(adminToken), ...json };
  for (const { path, type } of procedures().filter((one) => one.type !== "subscription")) {
    const methods = type === "mutation" ? ["GET", "PUT", "PATCH", "DELETE"] : ["POST", "PUT", "PATCH", "DELETE"];
    for (const method of methods) {
      const body = method === "GET" ? {} : { body: '{"json":{}}' };
      const override = { "x-http-method-override": "POST", "x-http-method": "POST", "x-method-override": "POST" };
      const init = { method, headers: { ...headers, ...override }, ...body };
      table.note("a wrong method, with overrides", "tRPC", await ask(`/api/trpc/${path}?_method=POST`, init));
    }
  }
  for (const { method, segments } of operations()) {
    for (const other of ["GET", "POST", "PUT", "DELETE", "PATCH"].filter((one) => one !== method)) {
      const path = segments.map((part) => (part.startsWith("{") ? "nobody" : part)).join("/");
      if (operations().some((one) => one.method === other && one.segments.length === segments.length)) continue;
      table.note("a wrong method", "REST", await ask(`/api/v1/${path}`, { method: other, headers }));
    }
  }
  for (const method of ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
    table.note("a wrong method", "MCP", await ask("/api/mcp", { method, headers }));
  }
  const { text } = await admin.tokens.create.mutate({ name: "looks", profile: "viewer" });
  const paths = ["agents.list", "tokens.list", "settings.get"].join(",");
  const input = encodeURIComponent(JSON.stringify({ 0: { json: {} }, 1: { json: {} }, 2: { json: {} } }));
  const batch = await ask(`/api/trpc/${paths}?batch=1&input=${input}`, { headers: headersOf(text) });
  const codes = (JSON.parse(batch.text) as { error?: { json: { data: { problem: { code: string } } } } }[]).map(
    ({ error }) => error?.json.data.problem.code ?? "ok",
  );
  const said = { status: batch.status, code: codes.join(" ") };
  table.note("a forbidden call between two allowed ones", "tRPC", said, ({ code }) => code === "ok Forbidden ok");
  const many = Array.from({ length: 101 }, () => "auth.whoami").join(",");
  table.note("a batch of 101 calls", "tRPC", await ask(`/api/trpc/${many}?batch=1`, { headers }));
  table.none();
});

test("[IDN-01, IDN-55, MCP-13] no header, spelling or framing leads past the gate", async () => {
  const { port, adminToken } = world;
  const own = `Host: 127.0.0.1:${port}`;
  const end = "Connection: close";
  const note = async (attempt: string, lines: string[], fine = isRefused, body = "") => {
    const { status, text } = await raw(port, lines, body);
    table.note(attempt, "raw HTTP", { status, code: `HTTP ${status}`, text: `${lines[0]}: ${text}` }, fine);
  };
  const forwarded = ["X-Forwarded-Host", "X-Host", "X-Original-Host", "X-Forwarded-Server", "X-HTTP-Host-Override"];
  for (const name of forwarded) {
    await note("a foreign Host with a good one beside it", [
      "GET /api/v1/whoami HTTP/1.1",
      "Host: evil.example",
      `${name}: 127.0.0.1:${port}`,
      end,
    ]);
  }
  await note("the same in Forwarded", [
    "GET /api/v1/whoami HTTP/1.1",
    "Host: evil.example",
    `Forwarded: host=127.0.0.1:${port}`,
    end,
  ]);
  for (const name of ["X-Original-URL", "X-Rewrite-URL"]) {
    const is404 = ({ status }: { status: number }) => status === 404;
    await note(
      "another address in a header",
      ["GET /api/v1/nothing HTTP/1.1", own, `Authorization: Bearer ${adminToken}`, `${name}: /api/v1/tokens`, end],
      is404,
    );
  }
  for (const path of oddAddresses) {
    // Pages answer 308 or 404 to what is no page, and show nothing without the cookie.
    const fine = ({ status }: { status: number }) => isRefused({ status }) || status === 308 || status === 307;
    await note("an odd spelling of an address", [`GET ${path} HTTP/1.1`, own, end], fine);
  }
  await note("an address of another host in the request line", [
    "GET http://evil.example/api/v1/whoami HTTP/1.1",
    "Host: evil.example",
    end,
  ]);
  await note("no Host", ["GET /api/v1/whoami HTTP/1.1", end]);
  await note("no Host, HTTP 1.0", ["GET /api/v1/whoami HTTP/1.0", end]);
  await note("two Hosts", ["GET /api/v1/whoami HTTP/1.1", own, "Host: evil.example", end]);
  await note(
    "length and chunks at once",
    ["POST /api/v1/tokens HTTP/1.1", own, end, "Content-Length: 5", "Transfer-Encoding: chunked"],
    isRefused,
    "0\r\n\r\nGET /api/v1/tokens HTTP/1.1\r\n\r\n",
  );
  await note("two lengths", ["POST /api/v1/tokens HTTP/1.1", own, end, "Content-Length: 0", "Content-Length: 5"]);
  await note("an unknown encoding", ["POST /api/v1/tokens HTTP/1.1", own, end, "Transfer-Encoding: xchunked"]);
  await note("a folded header", ["GET /api/v1/whoami HTTP/1.1", own, "X-A: b", " Authorization: Bearer x", end]);
  await note("a header with a bare line feed", [
    "GET /api/v1/whoami HTTP/1.1",
    own,
    "X-A: b\nAuthorization: Bearer x",
    end,
  ]);
  await note("two credentials", [
    "GET /api/v1/agents HTTP/1.1",
    own,
    "Authorization: Bearer sbx_x",
    `Authorization: Bearer ${adminToken}`,
    end,
  ]);
  await note("TRACE", ["TRACE /api/v1/whoami HTTP/1.1", own, end]);
  await note(
    "CONNECT",
    [`CONNECT 127.0.0.1:${port} HTTP/1.1`, own, end],
    ({ status }) => status === 0 || isRefused({ status }),
  );
  await note("64 KiB of headers", ["GET /api/v1/whoami HTTP/1.1", own, `X-A: ${"x".repeat(65_536)}`, end]);
  table.none();
});

test("[MCP-31, HST-11] nothing that is written on a WebSocket fails inside the relay, and cut lines do not end it", async () => {
  const { port, url, adminToken, relay } = world;
  const authorization = `Bearer ${adminToken}`;
  for (const one of oddMessages) {
    // A good call behind it tells that the line still works; a line that was closed says why.
    const { messages, closed } = await overSocket(url, {
      headers: { authorization },
      say: [one, message("auth.whoami", {})],
      until: (all) => all.some((text) => text.includes('"kind"')),
    });
    const failed = messages.some((text) => text.includes('"code":"Internal"'));
    const answered = messages.some((text) => text.includes('"kind"')) || closed !== "";
    const code = failed ? "Internal" : answered ? "HTTP answered" : "no code";
    table.note("a message that is none", "WebSocket", {
      status: 400,
      code,
      text: `${String(one).slice(0, 100)}: ${messages.join(" ").slice(0, 200)}`,
    });
  }
  const big = await overSocket(url, { headers: { authorization }, say: ["x".repeat(1024 * 1024 + 1)] });
  table.note("a frame of 1 MiB and a byte", "WebSocket", {
    status: 400,
    code: big.closed.startsWith("1009") ? "HTTP closed" : "ok",
  });
  const upgrade = (path: string, host = `127.0.0.1:${port}`) => [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
  ];
  for (const path of ["//", "http://", "/elsewhere", "/_next/webpack-hmr"]) {
    const { status } = await raw(port, upgrade(path, path.startsWith("/_") ? "evil.example" : undefined));
    table.note("an upgrade to nowhere", "WebSocket", { status, code: `HTTP ${status}` }, isRefused);
  }
  for (let n = 0; n < 40; n += 1)
    await cutOff(port, upgrade(n % 2 ? "/elsewhere" : "/api/trpc", n % 3 ? undefined : "evil.example"));
  const alive = await ask(`/api/trpc/${whoami}`, { headers: headersOf(adminToken) });
  table.note("40 lines cut in the handshake", "WebSocket", {
    ...alive,
    code: alive.status === 200 ? "HTTP alive" : "Internal",
  });
  table.none();
  expect(relay.output()).not.toMatch(/unhandledRejection|uncaughtException|"level":50/);
  expect(refuses({ status: 0, code: "ok" })).toBe(false);
});
