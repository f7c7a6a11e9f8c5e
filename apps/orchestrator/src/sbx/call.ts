import type { IncomingMessage } from "node:http";
import { accept, isObject, type Json, mcpPath, messagesIn, parse } from "@signalbox/bridge";
import { openPost } from "../socket-post.ts";

export interface Failure {
  code: string;
  message: string;
  next: string;
}
type Answer = { value: unknown } | { failure: Failure };

/** Calls a tool through the runner's socket; the structured result, or what is wrong and what to do. */
export async function call(socketPath: string, name: string, input: Record<string, unknown>): Promise<Answer> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: input } });
  try {
    const answer = await openPost(socketPath, mcpPath, { body, headers: { accept } });
    return read(answer.statusCode ?? 0, await answerIn(answer));
  } catch (error) {
    const message = `the session's runner does not answer: ${error instanceof Error ? error.message : error}`;
    return { failure: { code: "Unavailable", message, next: "" } };
  }
}

/** The answer to our call, among what else the relay has to say. */
async function answerIn(answer: IncomingMessage): Promise<Json> {
  let last: Json = {};
  for await (const text of messagesIn(answer.headers["content-type"] ?? "", answer)) {
    last = parse(text);
    if (last.id === 1) break;
  }
  return last;
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
