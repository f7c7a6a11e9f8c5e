import { afterAll, beforeAll, expect, test } from "vitest";
import { attempts } from "./support/attempts.ts";
import { message, overSocket, raw } from "./support/raw.ts";
import { startWorld, type World } from "./support/world.ts";

let world: World;
const table = attempts();
beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => {
  table.print("Host and Origin");
  await world?.[Symbol.asyncDispose]();
});

/** Names that are not the relay's, with a port that is. */
const foreignHosts = (port: number) => [
  "evil.example",
  `evil.example:${port}`,
  `localhost.evil:${port}`,
  `evil.localhost:${port}`,
  `127.0.0.1.evil.example:${port}`,
  `127.0.0.1.nip.io:${port}`,
  `0.0.0.0:${port}`,
  `127.0.0.2:${port}`,
  `127.1.1.1:${port}`,
  `10.0.0.1:${port}`,
  `169.254.169.254:${port}`,
  `[::]:${port}`,
  `[::2]:${port}`,
  `[::ffff:10.0.0.1]:${port}`,
  `[fe80::1]:${port}`,
  "127.0.0.1:1",
  "127.0.0.1",
  "localhost",
  `localhost:${port + 1}`,
  `127.0.0.1:${port}.evil.example`,
  `127.0.0.1:${port}@evil.example`,
  `evil.example@127.0.0.1:${port}`,
  `127.0.0.1:${port}/evil`,
  `127.0.0.1:${port}?evil`,
  `127.0.0.1:${port}#evil`,
  `127.0.0.1:${port},evil.example`,
  `ⓛocalhost.evil:${port}`,
];

/** Origins that are not the console's. */
const foreignOrigins = (port: number) => [
  "null",
  "https://evil.example",
  `http://evil.example:${port}`,
  `http://localhost.evil:${port}`,
  `http://127.0.0.1.evil.example:${port}`,
  `http://127.0.0.1:${port}.evil.example`,
  `http://127.0.0.1:${port}@evil.example`,
  `http://0.0.0.0:${port}`,
  `http://127.0.0.2:${port}`,
  `http://[::]:${port}`,
  `http://[::2]:${port}`,
  "http://127.0.0.1",
  "http://localhost",
  "http://127.0.0.1:1",
  `http://localhost:${port + 1}`,
  `https://127.0.0.1:${port}`,
  `https://localhost:${port}`,
  `ws://127.0.0.1:${port}`,
  `file://127.0.0.1:${port}`,
  "file://",
  "chrome-extension://abcdefghijklmnop",
  "about:blank",
  "data:",
  "x",
];

/** Every door, as lines without Host and Origin. */
function doors(token: string): [door: string, lines: string[], body: string][] {
  const authorization = `Authorization: Bearer ${token}`;
  const rpc = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
  const json = (body: string) => ["Content-Type: application/json", `Content-Length: ${body.length}`];
  const upgrade = [
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${"A".repeat(22)}==`,
  ];
  const end = "Connection: close";
  return [
    ["tRPC", ["GET /api/trpc/auth.whoami?input=%7B%22json%22%3A%7B%7D%7D HTTP/1.1", authorization, end], ""],
    ["REST", ["GET /api/v1/whoami HTTP/1.1", authorization, end], ""],
    ["MCP", ["POST /api/mcp HTTP/1.1", authorization, end, ...json(rpc)], rpc],
    ["WebSocket", ["GET /api/trpc HTTP/1.1", authorization, ...upgrade], ""],
    ["console", ["GET /sign-in HTTP/1.1", end], ""],
    ["metrics", ["GET /metrics HTTP/1.1", authorization, end], ""],
  ];
}

async function ask(port: number, [door, lines, body]: ReturnType<typeof doors>[number], headers: string[]) {
  const [first = "", ...rest] = lines;
  const { status, text } = await raw(port, [first, ...headers, ...rest], body);
  return { door, answer: { status, code: `HTTP ${status}`, text } };
}

const is403 = ({ status }: { status: number }) => status === 403;

test("[MCP-13, MCP-14, IDN-54] foreign Hosts and Origins get 403 on every door, before anything else", async () => {
  const { port, adminToken } = world;
  const [hosts, origins] = [foreignHosts(port), foreignOrigins(port)];
  expect(hosts.length + origins.length).toBeGreaterThanOrEqual(40);
  const own = `Host: 127.0.0.1:${port}`;
  for (const one of doors(adminToken)) {
    const asked = [
      ...hosts.map((host) => ({ what: "a foreign Host", headers: [`Host: ${host}`] })),
      ...origins.map((origin) => ({ what: "a foreign Origin", headers: [own, `Origin: ${origin}`] })),
    ];
    for (const { what, headers } of asked) {
      const { door, answer } = await ask(port, one, headers);
      table.note(what, door, { ...answer, text: `${headers.join(", ")}: ${answer.text}` }, is403);
    }
  }
  table.none();
});

test("[MCP-13, IDN-54] the relay's own names and clients without Origin are served on every door", async () => {
  const { port, adminToken } = world;
  const own = ["127.0.0.1", "localhost", "[::1]", "LOCALHOST"].flatMap((name) => [
    [`Host: ${name}:${port}`],
    [`Host: ${name}:${port}`, `Origin: http://127.0.0.1:${port}`],
    [`Host: ${name}:${port}`, `Origin: http://localhost:${port}`],
  ]);
  for (const one of doors(adminToken).filter(([door]) => door !== "WebSocket")) {
    for (const headers of own) {
      const { door, answer } = await ask(port, one, headers);
      table.note(
        "the relay's own names",
        door,
        { ...answer, text: headers.join(", ") },
        ({ status }) => status === 200,
      );
    }
  }
  const authorization = `Bearer ${adminToken}`;
  for (const origin of [undefined, `http://127.0.0.1:${port}`, `http://localhost:${port}`]) {
    const headers = { authorization, ...(origin ? { origin } : {}) };
    const { status, messages } = await overSocket(world.url, { headers, say: [message("auth.whoami", {})] });
    const said = { status: Number(messages.length), code: String(status) };
    table.note("the relay's own names", "WebSocket", said, ({ code }) => code === "open" && messages.length === 1);
  }
  table.none();
});

test("[IDN-56] foreign Hosts and Origins are kept among the denials, one record for each kind and minute", async () => {
  const { port, admin, adminToken } = world;
  const websocket = doors(adminToken).find(([door]) => door === "WebSocket");
  if (!websocket) throw new Error("there is no WebSocket among the doors");
  const from = "X-Forwarded-For: 203.0.113.99";
  const { answer } = await ask(port, websocket, [`Host: 127.0.0.1:${port}`, "Origin: https://recorded.example", from]);
  expect(answer.status).toBe(403);
  await expect
    .poll(async () => (await admin.activity.list.query({ kind: "denied", limit: 200 })).items)
    .toContainEqual(
      expect.objectContaining({
        title: "203.0.113.99 was refused WebSocket",
        body: expect.stringContaining("https://recorded.example"),
        metadata: expect.objectContaining({ code: "Forbidden" }),
      }),
    );
});
