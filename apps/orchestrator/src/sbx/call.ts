import { request } from "node:http";

export interface Failure {
  code: string;
  message: string;
  next: string;
}
type Answer = { value: unknown } | { failure: Failure };

const headers = { accept: "application/json, text/event-stream", "content-type": "application/json" };

/** Calls a tool through the runner's socket; the structured result, or what is wrong and what to do. */
export async function call(socketPath: string, name: string, input: Record<string, unknown>): Promise<Answer> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: input } });
  try {
    const { status, type, text } = await post(socketPath, body);
    return read(status, messageOf(type, text));
  } catch (error) {
    const message = `the session's runner does not answer: ${error instanceof Error ? error.message : error}`;
    return { failure: { code: "Unavailable", message, next: "" } };
  }
}

function post(socketPath: string, body: string): Promise<{ status: number; type: string; text: string }> {
  const length = { "content-length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const out = request(
      { socketPath, path: "/api/mcp", method: "POST", headers: { ...headers, ...length } },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.on("error", reject);
        answer.on("end", () => {
          const text = Buffer.concat(parts).toString("utf8");
          resolve({ status: answer.statusCode ?? 0, type: answer.headers["content-type"] ?? "", text });
        });
      },
    );
    out.on("error", reject);
    out.end(body);
  });
}

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null;

/** The answer to our call, from plain JSON or out of a stream of events. */
function messageOf(type: string, text: string): Json {
  if (!type.startsWith("text/event-stream")) return parse(text);
  for (const event of text.split(/\r?\n\r?\n/)) {
    const lines = event.split(/\r?\n/).filter((line) => line.startsWith("data:"));
    const message = parse(lines.map((line) => line.slice(5).trimStart()).join("\n"));
    if (message.id === 1) return message;
  }
  return {};
}

function parse(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

const failureOf = (from: Json, other: string): Failure => ({
  code: String(from.code ?? "Unavailable"),
  message: String(from.message ?? other),
  next: String(from.next ?? ""),
});

function read(status: number, message: Json): Answer {
  if (isObject(message.error)) return { failure: failureOf(message.error, "the relay refused the call") };
  const result = isObject(message.result) ? message.result : null;
  if (!result) return { failure: failureOf(message, `the relay answered ${status} without a result`) };
  const structured = isObject(result.structuredContent) ? result.structuredContent : null;
  if (result.isError !== true) return { value: structured ?? textOf(result) };
  const error = isObject(structured?.error) ? structured.error : {};
  return { failure: failureOf(error, String(textOf(result))) };
}

/** Plain text of a result that has no structure. */
function textOf({ content }: Json): unknown {
  const parts = Array.isArray(content) ? content : [];
  return parts.map((part) => (isObject(part) ? (part.text ?? "") : "")).join("\n");
}
