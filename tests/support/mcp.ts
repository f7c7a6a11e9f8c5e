import { spawn } from "node:child_process";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { programPath } from "./program.ts";

/** The era that begins with `initialize`, or the newest revision. */
export type Era = "legacy" | "2026-07-28";
export const eras: Era[] = ["legacy", "2026-07-28"];

/** Where a client goes, and as whom. */
interface As {
  url: string;
  token: string;
  era: Era;
}

type Connected = Client & AsyncDisposable;

async function connected(era: Era, transport: Parameters<Client["connect"]>[0]): Promise<Connected> {
  const mode = era === "legacy" ? "legacy" : { pin: era };
  const client = new Client({ name: "test", version: "0" }, { versionNegotiation: { mode } });
  await client.connect(transport);
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}

/** The official client over HTTP. */
export function overHttp({ url, token, era }: As): Promise<Connected> {
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  return connected(era, new StreamableHTTPClientTransport(new URL(`${url}/api/mcp`), { requestInit }));
}

/** The official client at the standard input and output of the built `signalbox mcp`. */
export function throughBridge({ url, token, era }: As): Promise<Connected> {
  const env = { RELAY_URL: url, RELAY_TOKEN: token };
  const args = [programPath("signalbox"), "mcp"];
  return connected(era, new StdioClientTransport({ command: process.execPath, args, env, stderr: "ignore" }));
}

export interface Said {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface Start {
  args?: string[];
  /** All of it: nothing is inherited. */
  env?: Record<string, string>;
  /** Messages for its standard input, which closes when each that has an id is answered. */
  lines?: { id?: number | string }[];
}

/** Runs the built `signalbox mcp` to its end. */
export function runBridge({ args = [], env = {}, lines = [] }: Start): Promise<Said> {
  const child = spawn(process.execPath, [programPath("signalbox"), "mcp", ...args], { env });
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text) => {
      said[name] += text;
    });
  child.stdin.on("error", () => undefined);
  child.stdin.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const wanted = lines.filter(({ id }) => id !== undefined).length;
  const answered = () => said.stdout.split("\n").length - 1 >= wanted;
  if (answered()) child.stdin.end();
  child.stdout.on("data", () => answered() && child.stdin.end());
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...said }));
  });
}
