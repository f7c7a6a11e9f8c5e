import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { attempts } from "./support/attempts.ts";
import { headersOf, overMcp, overTrpc, read } from "./support/doors.ts";
import { message, overSocket } from "./support/raw.ts";
import { procedures } from "./support/surface.ts";
import { startWorld, type World } from "./support/world.ts";

let world: World;
const table = attempts();
beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => {
  table.print("tokens that are not valid");
  await world?.[Symbol.asyncDispose]();
});

const procedure = procedures().find(({ path }) => path === "agents.list");

/** The same token on every door; none of them may open. */
async function everywhere(attempt: string, token: string): Promise<void> {
  if (!procedure) throw new Error("there is no agents.list");
  const { url } = world;
  const headers = () => headersOf(token);
  const is401 = ({ status, code }: { status: number; code: string }) => status === 401 && code === "Unauthenticated";
  table.note(attempt, "tRPC", await overTrpc(url, procedure, {}, headers()), is401);
  table.note(attempt, "REST", await read(await fetch(`${url}/api/v1/agents`, { headers: headers() })), is401);
  table.note(attempt, "metrics", await read(await fetch(`${url}/metrics`, { headers: headers() })), is401);
  table.note(attempt, "OpenAPI", await read(await fetch(`${url}/api/openapi.json`, { headers: headers() })), is401);
  table.note(attempt, "MCP", await overMcp(url, "relay_whoami", {}, headers()), is401);
  const params = JSON.stringify({ method: "connectionParams", data: { token } });
  const talks = [
    { headers: headers(), say: [message("agents.list", {})] },
    { path: "/api/trpc?connectionParams=1", say: [params, message("agents.list", {})] },
  ];
  for (const talk of talks) {
    const { messages } = await overSocket(url, talk);
    const code = messages.some((text) => text.includes('"result"')) ? "ok" : "Unauthenticated";
    table.note(attempt, "WebSocket", { status: 401, code }, is401);
  }
}

const swapped = (text: string) =>
  text.replace(/[A-Za-z]/g, (one) => (one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase()));

test("[IDN-03, IDN-04, IDN-06, IDN-07, IDN-08] no token opens a door that is not exactly a valid one of this relay", async () => {
  const { admin, relay, url } = world;
  const { text } = await admin.tokens.create.mutate({ name: "good", profile: "admin" });
  const secretAt = text.lastIndexOf("_") + 1;
  const changed = (at: number) => `${text.slice(0, at)}${text[at] === "a" ? "b" : "a"}${text.slice(at + 1)}`;
  for (const cut of [1, 2, 6, 7, 20, 48]) await everywhere("truncated", text.slice(0, -cut));
  await everywhere("truncated", text.slice(0, secretAt));
  for (const at of [0, 4, 8, 20, secretAt, secretAt + 20, text.length - 1])
    await everywhere("one character changed", changed(at));
  await everywhere("its case changed", swapped(text));
  await everywhere("its case changed", text.toUpperCase());
  await everywhere("its case changed", `SBX${text.slice(3)}`);
  for (const more of ["x", "%20", "=", ".", text]) await everywhere("something behind it", `${text}${more}`);
  await everywhere("another's secret", `${text.slice(0, secretAt)}${world.adminToken.slice(secretAt)}`);
  for (const made of ["sbx_", "x", "null", "undefined", "Bearer", "*", "tok_preset", "' OR 1=1 --", "0".repeat(64)])
    await everywhere("a text that is none", made);
  await using other = await startWorld();
  await everywhere("of another relay", other.adminToken);
  const revoked = await admin.tokens.create.mutate({ name: "revoked", profile: "admin" });
  await fetch(`${url}/api/v1/agents`, { headers: headersOf(revoked.text) });
  await admin.tokens.revoke.mutate({ tokenId: revoked.token.id });
  await everywhere("revoked", revoked.text);
  const expiresAt = new Date(Date.now() + 1_500).toISOString();
  const expired = await admin.tokens.create.mutate({ name: "expired", profile: "admin", constraints: { expiresAt } });
  await expect
    .poll(async () => (await fetch(`${url}/api/v1/agents`, { headers: headersOf(expired.text) })).status, {
      timeout: 10_000,
    })
    .toBe(401);
  await everywhere("expired", expired.text);
  const { status } = await fetch(`${url}/api/v1/agents`, { headers: headersOf(text) });
  table.note("the valid one itself", "REST", { status, code: "ok" }, () => status === 200);
  table.none();
  expect(relay.output()).not.toContain('"level":50');
});

/** A WebSocket with an open stream, and how and when it is closed. */
async function openSocket(token: string) {
  const socket = new WebSocket(`${world.url.replace("http", "ws")}/api/trpc`, { headers: headersOf(token) });
  const closed = new Promise<{ how: string; at: number }>((resolve) => {
    socket.once("close", (code, reason) => resolve({ how: `${code} ${reason}`, at: Date.now() }));
  });
  const first = new Promise<void>((resolve) => {
    socket.on("message", (data) => String(data).includes("hello") && resolve());
  });
  await new Promise((resolve) => socket.once("open", resolve));
  socket.send(message("events.subscribe", {}, "subscription"));
  await first;
  return { closed };
}

/** A stream over HTTP, and what it says when it is refused. */
async function openStream(token: string) {
  const headers = { ...headersOf(token), accept: "text/event-stream" };
  const { body } = await fetch(`${world.url}/api/trpc/events.subscribe`, { headers });
  const reader = body?.getReader();
  if (!reader) throw new Error("the stream has no body");
  let text = "";
  const readUntil = async (word: string) => {
    while (!text.includes(word)) {
      const { value, done } = await reader.read();
      if (done) break;
      text += Buffer.from(value).toString();
    }
  };
  await readUntil("hello");
  const closed = readUntil("serialized-error")
    .then(() => readUntil("requestId"))
    .then(async () => {
      await reader.cancel();
      return { how: text, at: Date.now() };
    });
  return { closed };
}

test("[IDN-08, IDN-09] a revocation and an expiry reach open WebSockets and streams within 5 s", async () => {
  const { admin } = world;
  const make = (name: string, constraints = {}) => admin.tokens.create.mutate({ name, profile: "viewer", constraints });
  const revoked = await make("to be revoked");
  const open = [await openSocket(revoked.text), await openStream(revoked.text)];
  const from = Date.now();
  await admin.tokens.revoke.mutate({ tokenId: revoked.token.id });
  const [socket, stream] = await Promise.all(open.map(({ closed }) => closed));
  expect(socket?.how).toBe("4401 this token was revoked");
  expect(stream?.how).toContain("Unauthenticated");

  const until = Date.now() + 5_000;
  const expiring = await make("to expire", { expiresAt: new Date(until).toISOString() });
  const left = [await openSocket(expiring.text), await openStream(expiring.text)];
  const [expired, over] = await Promise.all(left.map(({ closed }) => closed));
  expect(expired?.how).toBe("4401 this token has expired");
  expect(over?.how).toContain("Unauthenticated");
  const after = [socket, stream]
    .map((one) => (one?.at ?? 0) - from)
    .concat([expired, over].map((one) => (one?.at ?? 0) - until));
  console.log(
    `revoked: WebSocket closed after ${after[0]} ms, stream after ${after[1]} ms; expired: after ${after[2]} and ${after[3]} ms`,
  );
  for (const ms of after) expect(ms).toBeLessThan(5_000);
});
