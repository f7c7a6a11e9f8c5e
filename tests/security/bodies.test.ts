import { afterAll, beforeAll, test } from "vitest";
import { attempts, each, refuses } from "./support/attempts.ts";
import { type Answer, headersOf, read } from "./support/doors.ts";
import { operations, procedures } from "./support/surface.ts";
import { startWorld, type World } from "./support/world.ts";

const bodies: [what: string, body: string | Buffer][] = [
  ["no JSON", "{"],
  ["JSON with something behind it", "{} x"],
  ["null", "null"],
  ["a list", "[]"],
  ["a number", "7"],
  ["50,000 lists in one another", `${"[".repeat(50_000)}${"]".repeat(50_000)}`],
  ["bytes that are no UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
];

const metas = [
  '["bigint"]',
  '["URL"]',
  '[["class","X"]]',
  '["regexp"]',
  '["map"]',
  '[["symbol","x"]]',
  '[["custom","x"]]',
];

let world: World;
const table = attempts();
beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => {
  table.print("malformed and oversized bodies");
  await world?.[Symbol.asyncDispose]();
});

test("[MCP-08, MCP-31] no body of any endpoint fails inside the relay", async () => {
  const { url, adminToken } = world;
  const json = { "content-type": "application/json" };
  const endpoints = [
    ...procedures()
      .filter(({ type }) => type === "mutation")
      .map(({ path }) => ({ door: "tRPC", method: "POST", address: `${url}/api/trpc/${path}` })),
    ...operations()
      .filter(({ query }) => !query)
      .map(({ method, segments }) => {
        const path = segments.map((part) => (part.startsWith("{") ? "nobody" : part)).join("/");
        return { door: "REST", method, address: `${url}/api/v1/${path}` };
      }),
    { door: "MCP", method: "POST", address: `${url}/api/mcp` },
  ];
  const huge = Buffer.alloc(8 * 1024 * 1024 + 1, " ");
  const types = ["text/plain", "multipart/form-data", "application/octet-stream", "application/x-www-form-urlencoded"];
  const sent = endpoints.flatMap((endpoint) => [
    ...bodies.map(([what, body]) => ({ what, body, endpoint, headers: json })),
    ...types.map((type) => ({ what: `a body as ${type}`, body: "{}", endpoint, headers: { "content-type": type } })),
    ...(endpoint.door === "tRPC" ? metas : []).map((meta) => {
      const body = `{"json":{"name":"x","a":"x"},"meta":{"values":{"name":${meta},"__proto__.a":${meta}}}}`;
      return { what: "superjson's types misused", body, endpoint, headers: json };
    }),
  ]);
  const post = (address: string, init: RequestInit): Promise<Answer> =>
    fetch(address, init).then(read, (error: Error) => ({
      status: 400,
      code: "HTTP cut off",
      text: String(error.cause),
    }));
  await each(sent, async ({ what, body, endpoint: { door, method, address }, headers }) => {
    const given = { ...headersOf(adminToken), ...headers };
    const answer = await post(address, {
      method,
      headers: given,
      body: typeof body === "string" ? body : new Uint8Array(body),
    });
    const text = `${address}: ${answer.text}`;
    table.note(what, door, { ...answer, text });
  });
  await each(
    endpoints,
    async ({ door, method, address }) => {
      const answer = await post(address, { method, headers: { ...headersOf(adminToken), ...json }, body: huge });
      table.note("a body of 8 MiB and a byte", door, { ...answer, text: `${address}: ${answer.text}` });
    },
    2,
  );
  const queries = procedures().filter(({ type }) => type === "query");
  await each(queries, async ({ path }) => {
    for (const [what, body] of bodies.filter(([, one]) => one.length < 1_000)) {
      const answer = await read(
        await fetch(`${url}/api/trpc/${path}?input=${encodeURIComponent(body.toString("utf8"))}`, {
          headers: headersOf(adminToken),
        }),
      );
      table.note(`${what} as input of a query`, "tRPC", { ...answer, text: `${path}: ${answer.text}` });
    }
  });
  table.none();
});

// What is refused here is refused by rule, and by no failure.
test("the table counts a failure inside the relay as got through", ({ expect }) => {
  expect(refuses({ status: 500, code: "Internal" })).toBe(false);
  expect(refuses({ status: 503, code: "Unavailable" })).toBe(true);
  expect(refuses({ status: 200, code: "ok" })).toBe(false);
});
