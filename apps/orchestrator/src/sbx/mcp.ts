import { createInterface } from "node:readline";
import { mcpPath } from "../runner/forward.ts";
import { openPost } from "../socket-post.ts";
import { accept } from "./call.ts";
import { isObject, type Json, messagesIn, parse } from "./messages.ts";

const internalError = -32603;
const revisionKey = "io.modelcontextprotocol/protocolVersion";

const textOf = (value: unknown): string | undefined => (typeof value === "string" && value ? value : undefined);

/** The headers that a revision asks for; what a session agreed on at its start counts where the message names none. */
function headersOf({ method, params }: Json, agreed: string | undefined): Record<string, string> {
  const given = isObject(params) ? params : {};
  const revision = textOf(isObject(given._meta) ? given._meta[revisionKey] : undefined);
  const name = textOf(given.name) ?? textOf(given.uri);
  const modern =
    revision && typeof method === "string" ? { "mcp-method": method, ...(name && { "mcp-name": name }) } : {};
  const version = revision ?? agreed;
  return { accept, ...(version && { "mcp-protocol-version": version }), ...modern };
}

interface Ends {
  input: NodeJS.ReadableStream;
  write: (line: string) => void;
}

/**
 * An MCP server on standard input and output that is the relay's: passes each message through the runner's socket, so that
 * the program's configuration holds no token (HST-56). Ends with its input, once what was asked is answered.
 */
export async function serveMcp(socketPath: string, { input, write }: Ends): Promise<void> {
  let agreed: string | undefined;

  async function pass(line: string): Promise<void> {
    const message = parse(line);
    const { id } = message;
    const fail = (text: string) => {
      if (id !== undefined)
        write(JSON.stringify({ jsonrpc: "2.0", id, error: { code: internalError, message: text } }));
    };
    try {
      const answer = await openPost(socketPath, mcpPath, { body: line, headers: headersOf(message, agreed) });
      const type = answer.headers["content-type"] ?? "";
      for await (const text of messagesIn(type, answer)) {
        const said = parse(text);
        if (said.jsonrpc !== "2.0") return fail(`${said.code ?? answer.statusCode}: ${said.message ?? text}`);
        if (message.method === "initialize" && isObject(said.result)) agreed = textOf(said.result.protocolVersion);
        write(JSON.stringify(said));
      }
    } catch (error) {
      fail(`The session's runner does not answer: ${error instanceof Error ? error.message : error}`);
    }
  }

  const open: Promise<void>[] = [];
  let first: Promise<void> | undefined;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (!line.trim()) continue;
    // What follows is sent as the answer to `initialize` says.
    if (parse(line).method === "initialize") first = pass(line);
    else open.push((first ?? Promise.resolve()).then(() => pass(line)));
  }
  await Promise.all([first, ...open]);
}
