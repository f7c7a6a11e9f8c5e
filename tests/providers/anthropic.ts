import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One answer of the model. */
export interface Turn {
  /** What it says, before the tool call if there is one. */
  say?: string;
  /** The tool that it calls, and with what. */
  call?: { tool: string; input: Record<string, unknown> };
  /** Begins to answer only when this has resolved: the turn lasts as long as the test wants. */
  after?: Promise<unknown>;
  /** An HTTP error in place of an answer. */
  refuse?: { status: number; type: string; message: string };
}

interface Block {
  type: string;
  text?: string;
  content?: string | Block[];
}

/** A request as the program made it. */
export interface ModelRequest {
  model: string;
  headers: Record<string, string>;
  messages: { role: string; content: string | Block[] }[];
  system: string | Block[];
  tools: { name: string }[];
}

export interface ScriptedModel {
  url: string;
  /** Requests that the script answered, the oldest first. */
  asked: ModelRequest[];
  /** Adds to the end of the script. */
  play(...turns: Turn[]): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** All text in a piece of a request. */
export function textOf(content: string | Block[] | undefined): string {
  if (typeof content === "string") return content;
  return (content ?? []).map(({ text, content }) => text ?? textOf(content)).join("\n");
}

/** What the model was told since it spoke last: what was typed, a tool's result, and what the program adds to them. */
export function told({ messages }: ModelRequest): string {
  const spoken = messages.findLastIndex(({ role }) => role === "assistant");
  return messages
    .slice(spoken + 1)
    .map(({ content }) => textOf(content))
    .join("\n");
}

const usage = { input_tokens: 10, output_tokens: 1, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };

function events({ say, call }: Turn, model: string, id: number): [string, object][] {
  const blocks: [object, object][] = [];
  if (say)
    blocks.push([
      { type: "text", text: "" },
      { type: "text_delta", text: say },
    ]);
  if (call) {
    const block = { type: "tool_use", id: `toolu_${String(id).padStart(6, "0")}`, name: call.tool, input: {} };
    blocks.push([block, { type: "input_json_delta", partial_json: JSON.stringify(call.input) }]);
  }
  const message = { id: `msg_${id}`, type: "message", role: "assistant", model, content: [], stop_reason: null, usage };
  return [
    ["message_start", { message }],
    ...blocks.flatMap(([content_block, delta], index): [string, object][] => [
      ["content_block_start", { index, content_block }],
      ["content_block_delta", { index, delta }],
      ["content_block_stop", { index }],
    ]),
    ["message_delta", { delta: { stop_reason: call ? "tool_use" : "end_turn", stop_sequence: null }, usage }],
    ["message_stop", {}],
  ];
}

function answer(response: ServerResponse, turn: Turn, request: ModelRequest & { stream?: boolean }, id: number): void {
  if (turn.refuse) {
    const { status, type, message } = turn.refuse;
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify({ type: "error", error: { type, message } }));
    return;
  }
  if (!request.stream) {
    const content = [{ type: "text", text: turn.say ?? "ok" }];
    const message = { id: `msg_${id}`, type: "message", role: "assistant", model: request.model, content, usage };
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ ...message, stop_reason: "end_turn", stop_sequence: null }));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const [type, data] of events(turn, request.model, id)) {
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  }
  response.end();
}

const read = async (incoming: IncomingMessage) => Buffer.concat(await incoming.toArray()).toString();

/**
 * A model endpoint on a free port of the loopback interface that speaks as its script says: one turn for each request of
 * the conversation, the rest of them "Done." once it has run out. What the program asks beside it (titles, quotas) is
 * answered "ok" and not counted.
 */
export async function scriptedModel(...script: Turn[]): Promise<ScriptedModel> {
  const asked: ModelRequest[] = [];
  let count = 0;
  const server = createServer(async (incoming, response) => {
    const body = await read(incoming);
    count += 1;
    if (!incoming.url?.startsWith("/v1/messages") || incoming.method !== "POST") {
      response.writeHead(404, { "content-type": "application/json" }).end("{}");
      return;
    }
    if (incoming.url.startsWith("/v1/messages/count_tokens")) {
      response.writeHead(200, { "content-type": "application/json" }).end('{"input_tokens":10}');
      return;
    }
    const request = JSON.parse(body);
    if (!request.tools?.length) return answer(response, { say: "ok" }, request, count);
    asked.push({ ...request, headers: incoming.headers });
    const turn = script.shift() ?? { say: "Done." };
    await turn.after;
    if (!response.destroyed) answer(response, turn, request, count);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    play: (...turns) => script.push(...turns),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
