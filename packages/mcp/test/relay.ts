import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { type Context, createCaller, createRelay, ensureAdministrator, type Scope } from "@signalbox/api";
import { migrate, openDatabase } from "@signalbox/db";
import type { AnyTRPCRouter } from "@trpc/server";
import { createMcpEndpoint, type McpEndpointOptions } from "../src/index.ts";

export interface Logged {
  level: "info" | "warn" | "error";
  fields: object;
  message: string;
}

type Options = Partial<Omit<McpEndpointOptions, "router" | "createContext" | "log">>;

/** An HTTP server on a loopback port that serves only `/api/mcp`, with a real database behind it. */
export async function startRelay(router: AnyTRPCRouter, options: Options = {}) {
  const dir = await mkdtemp(join(tmpdir(), "signalbox-mcp-"));
  const logged: Logged[] = [];
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const publicUrl = `http://127.0.0.1:${port}`;
  const db = await openDatabase(`file:${join(dir, "relay.db")}`);
  await migrate(db);
  const write = (level: Logged["level"]) => (fields: object, message: string) =>
    void logged.push({ level, fields, message });
  const log = { info: write("info"), warn: write("warn"), error: write("error") };
  const { services } = await createRelay({ db, log, publicUrl, artifactsDir: join(dir, "artifacts") });
  const preset = randomUUID();
  await ensureAdministrator(services, { preset, keep: async () => undefined });

  const contextOf = (text: string | undefined): Context => ({
    ...services,
    requestId: services.newId("req"),
    transport: "mcp",
    credential: text ? { type: "bearer", text } : null,
    sameOrigin: false,
    address: "127.0.0.1",
    connection: null,
    setSession: null,
  });
  const createContext = (req: IncomingMessage) =>
    contextOf(/^Bearer (\S+)$/i.exec(req.headers.authorization ?? "")?.[1]);
  const endpoint = createMcpEndpoint({
    router,
    createContext,
    publicUrl,
    version: "1.2.3",
    log,
    ...options,
  });
  server.on("request", (req, res) => void endpoint(req, res));
  const url = `${publicUrl}/api/mcp`;

  const administrator = createCaller(contextOf(preset));

  /** The text of a new token with exactly these scopes. */
  async function token(...scopes: Scope[]): Promise<string> {
    const profile = scopes.includes("*") ? "admin" : "operator";
    return (await administrator.tokens.create({ name: "test", profile, scopes })).text;
  }

  /** A connected official client; `era` selects the handshake or the stateless revision. */
  async function connect(text: string, era: "legacy" | "2026-07-28") {
    const mode = era === "legacy" ? "legacy" : { pin: era };
    const client = new Client({ name: "test", version: "0" }, { versionNegotiation: { mode } });
    const requestInit = { headers: { authorization: `Bearer ${text}` } };
    await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
    return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
  }

  /** One plain HTTP request. */
  function post(body: unknown, headers: Record<string, string> = {}, init: RequestInit = {}): Promise<Response> {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const known = { "content-type": "application/json", accept: "application/json, text/event-stream" };
    return fetch(url, { method: "POST", body: text, ...init, headers: { ...known, ...headers } });
  }

  async function stop() {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await db.close();
    await rm(dir, { recursive: true, force: true });
  }
  return { url, port, publicUrl, administrator, logged, token, connect, post, [Symbol.asyncDispose]: stop };
}

export type TestRelay = Awaited<ReturnType<typeof startRelay>>;

export const bearer = (text: string) => ({ authorization: `Bearer ${text}` });
