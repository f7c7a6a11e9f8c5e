import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError, appRouter, createRelay, ensureAdministrator, type Problem, router, scoped } from "@signalbox/api";
import { migrate, openDatabase } from "@signalbox/db";
import { createMcpEndpoint, declared } from "@signalbox/mcp";
import type { AnyTRPCRouter } from "@trpc/server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { headerContext } from "./contexts.ts";
import { createRestEndpoint } from "./rest.ts";

const logged: { fields: object; message: string }[] = [];
const write = (fields: object, message: string) => void logged.push({ fields, message });
const log = { info: write, warn: write, error: write };
const version = "1.2.3";

/** A server with REST and MCP over one router, on a database of its own. */
async function serve(served: AnyTRPCRouter) {
  const dir = await mkdtemp(join(tmpdir(), "signalbox-rest-"));
  const db = await openDatabase(`file:${join(dir, "relay.db")}`);
  await migrate(db);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { services } = await createRelay({ db, log, publicUrl, artifactsDir: join(dir, "artifacts") });
  const preset = randomUUID();
  await ensureAdministrator(services, { preset, keep: async () => undefined });
  const parts = { router: served, version, log };
  const rest = createRestEndpoint({ ...parts, createContext: (req) => headerContext(services, req, "rest") });
  const mcp = createMcpEndpoint({ ...parts, publicUrl, createContext: (req) => headerContext(services, req, "mcp") });
  server.on("request", (req, res) => void (req.url === "/api/mcp" ? mcp : rest)(req, res));
  const authorization = `Bearer ${preset}`;

  async function call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = { authorization },
  ) {
    const sent = body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) };
    const type: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
    const response = await fetch(publicUrl + path, { method, ...sent, headers: { ...type, ...headers } });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Record<string, unknown>,
    };
  }
  async function tool(name: string, args: object) {
    const params = { name, arguments: args };
    const { body } = await call("POST", "/api/mcp", { jsonrpc: "2.0", id: 1, method: "tools/call", params });
    return (body.result as { structuredContent: Record<string, unknown> }).structuredContent;
  }
  async function close() {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await db.close();
    await rm(dir, { recursive: true, force: true });
  }
  return { call, tool, close };
}

const Read = z.strictObject({
  id: z.number().int().min(1),
  full: z.boolean().default(false),
  tags: z.array(z.string()).optional(),
  since: z.number().nullable().optional(),
});
const small = router({
  read: scoped("message:read")
    .meta({ rest: "GET /things/{id}" })
    .input(Read)
    .output(Read)
    .query(({ input }) => input),
  find: scoped("message:read")
    .meta({ rest: "GET /things/find" })
    .input(z.strictObject({}))
    .output(z.object({ found: z.boolean() }))
    .query(() => ({ found: true })),
  change: scoped("message:send")
    .meta({ rest: "PUT /things/{name}" })
    .input(z.strictObject({ name: z.string(), text: z.string().max(10) }))
    .output(z.object({ name: z.string() }))
    .mutation(({ input: { name } }) => {
      if (name === "crash") throw new Error("SELECT secret");
      if (name === "taken") throw new AppError("Conflict", "It is taken");
      return { name };
    }),
});

let relay: Awaited<ReturnType<typeof serve>>;
beforeAll(async () => {
  relay = await serve(small);
});
afterAll(() => relay.close());

describe("the REST form", () => {
  test("path and query become the types of the schema", async () => {
    const { status, body } = await relay.call("GET", "/api/v1/things/7?full=true&tags=a&tags=b&since=1.5");
    expect([status, body]).toEqual([200, { id: 7, full: true, tags: ["a", "b"], since: 1.5 }]);
    expect((await relay.call("GET", "/api/v1/things/7?tags=a")).body).toEqual({ id: 7, full: false, tags: ["a"] });
  });

  test("a path without fields goes before one with", async () => {
    expect((await relay.call("GET", "/api/v1/things/find")).body).toEqual({ found: true });
  });

  test.each([
    ["/api/v1/things/seven", "id"],
    ["/api/v1/things/0", "id"],
    ["/api/v1/things/7?full=yes", "full"],
    ["/api/v1/things/7?since=1&since=2", "since"],
    ["/api/v1/things/7?other=1", "other"],
    ["/api/v1/things/7?__proto__=1", "__proto__"],
  ])("[MCP-18][MCP-34] %s is Invalid naming %s", async (path, field) => {
    const { status, body } = await relay.call("GET", path);
    expect([status, body]).toEqual([400, expect.objectContaining({ code: "Invalid", field })]);
  });

  test("the body and the path make one input; a field of the path wins and is decoded", async () => {
    const { status, body } = await relay.call("PUT", "/api/v1/things/caf%C3%A9%2F1", { text: "hi", name: "other" });
    expect([status, body]).toEqual([200, { name: "café/1" }]);
  });

  test("a body that is no JSON object, or of another type, is Invalid", async () => {
    for (const body of ["{", "[]", "1", "null"]) {
      expect((await relay.call("PUT", "/api/v1/things/a", body)).body.code).toBe("Invalid");
    }
    const text = { "content-type": "text/plain" };
    const { status } = await relay.call("PUT", "/api/v1/things/a", '{"text":"hi"}', text);
    expect(status).toBe(400);
  });

  test("a body above 8 MiB is 413", async () => {
    const { status, body } = await relay.call("PUT", "/api/v1/things/a", { text: "x".repeat(8 * 1024 * 1024) });
    expect([status, body]).toEqual([413, expect.objectContaining({ code: "Invalid", limit: 8 * 1024 * 1024 })]);
  });

  test("[MCP-32] a failure has the status of the table and its problem as the body", async () => {
    const { status, body, headers } = await relay.call("PUT", "/api/v1/things/taken", { text: "hi" });
    expect([status, body]).toEqual([409, expect.objectContaining({ code: "Conflict", message: "It is taken" })]);
    expect(headers.get("x-request-id")).toBe(body.requestId);
  });

  test("[MCP-35] an unexpected failure says only the request id, under which the log has the cause", async () => {
    const { status, body } = await relay.call("PUT", "/api/v1/things/crash", { text: "hi" });
    expect([status, JSON.stringify(body).includes("SELECT")]).toEqual([500, false]);
    expect(logged.some(({ fields }) => (fields as { requestId?: string }).requestId === body.requestId)).toBe(true);
  });

  test("without a credential it is 401", async () => {
    expect((await relay.call("GET", "/api/v1/things/find", undefined, {})).status).toBe(401);
  });

  test.each([
    ["GET", "/api/v1/nothing"],
    ["DELETE", "/api/v1/things/7"],
    ["GET", "/api/v1/things/"],
    ["GET", "/api/v1"],
    ["GET", "/api/nothing"],
    ["GET", "/api/v1/things/7/%E0%A4%A"],
  ])("[MCP-60] %s %s answers 404 as JSON with a request id", async (method, path) => {
    const { status, body, headers } = await relay.call(method, path);
    expect([status, body.code]).toEqual([404, "NotFound"]);
    expect(headers.get("x-request-id")).toBe(body.requestId);
  });

  test("a path declared twice, and one that names no field, throw at the start", () => {
    const declare = (rest: "GET /a/{x}" | "GET /a/{y}") =>
      scoped("agent:read")
        .meta({ rest })
        .input(z.strictObject({ x: z.string() }))
        .output(z.object({}))
        .query(() => ({}));
    const make = (served: AnyTRPCRouter) => () =>
      createRestEndpoint({ router: served, version, log, createContext: () => Promise.reject as never });
    expect(make(router({ one: declare("GET /a/{x}"), two: declare("GET /a/{x}") }))).toThrow("one and two");
    expect(make(router({ one: declare("GET /a/{y}") }))).toThrow("one has no field y");
  });
});

describe("over the relay's own router", () => {
  let own: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    own = await serve(appRouter);
  });
  afterAll(() => own.close());

  test("[MCP-59] the document lists every procedure that has a REST form, with scopes, limits and errors", async () => {
    const { body } = await own.call("GET", "/api/openapi.json");
    const paths = body.paths as Record<
      string,
      Record<string, { operationId: string; security: object[]; responses: object }>
    >;
    const listed = Object.values(paths).flatMap((path) => Object.values(path));
    const expected = declared(appRouter).filter(({ meta }) => meta.rest);
    expect(listed.map(({ operationId }) => operationId).sort()).toEqual(expected.map(({ path }) => path).sort());
    expect(body.info).toEqual({ title: "Signalbox", version });
    for (const { operationId, security, responses } of listed) {
      const known = expected.find(({ path }) => path === operationId);
      expect(security).toEqual((known?.meta.scopes ?? []).map((scope) => ({ bearer: [scope] })));
      expect(Object.keys(responses)).toEqual(
        expect.arrayContaining([
          String(known?.meta.restStatus ?? 200),
          "400",
          "401",
          "403",
          "404",
          "409",
          "429",
          "503",
        ]),
      );
    }
  });

  test("the document needs a credential", async () => {
    expect((await own.call("GET", "/api/openapi.json", undefined, {})).status).toBe(401);
  });

  const both = declared(appRouter).filter(({ meta }) => meta.mcp && meta.rest);
  test.each(both.map((procedure) => [procedure.path, procedure] as const))(
    "[MCP-16][MCP-32] %s accepts and refuses the same as a tool and over REST",
    async (_path, { meta, input }) => {
      const [method, path = ""] = meta.rest?.split(" ") ?? [];
      const { properties: schemas = {} } = z.toJSONSchema(input, { io: "input" });
      const properties = Object.keys(schemas);
      // One text of a query is a list of one where the schema says list.
      const listed = (name: string) => method === "GET" && (schemas[name] as { type?: string }).type === "array";
      const wrong = (name: string) => (listed(name) ? ["abc"] : "abc");
      const inPath = properties.filter((name) => path.includes(`{${name}}`));
      const start = Object.fromEntries(inPath.map((name) => [name, "nobody-here"]));
      const cases = [
        start,
        { ...start, unknownField: "x" },
        ...properties.map((name) => ({ ...start, [name]: wrong(name) })),
      ];
      for (const args of cases) {
        const target = path.replace(/\{(\w+)\}/g, (_, name) => String((args as Record<string, string>)[name]));
        const others = Object.fromEntries(Object.entries(args).filter(([name]) => !inPath.includes(name)));
        const answer =
          method === "GET"
            ? await own.call("GET", `/api/v1${target}?${new URLSearchParams(others as Record<string, string>)}`)
            : await own.call(method ?? "", `/api/v1${target}`, others);
        const asTool = await own.tool(meta.mcp?.name ?? "", args);
        const { requestId: _, ...problem } = (asTool.error ?? {}) as Problem;
        if (asTool.error) expect(answer.body).toEqual(expect.objectContaining(problem));
        else expect(answer.body).toEqual(asTool);
      }
    },
  );
});
