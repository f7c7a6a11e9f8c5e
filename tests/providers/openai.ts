import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the model does in one answer. */
export type Turn =
  | { say: string }
  /** Calls a function; the tools of an MCP server `x` are in the namespace `mcp__x`. */
  | { call: string; namespace?: string; input: unknown }
  /** Refuses the request. */
  | { refuse: number; error: Record<string, string> }
  /** Says nothing until the promise is settled. */
  | { wait: Promise<unknown>; say: string }
  | { wait: Promise<unknown>; call: string; namespace?: string; input: unknown };

/** One request for an answer, as the program made it. */
export interface Asked {
  model: string;
  /** The conversation so far, newest last. */
  input: unknown[];
  body: Record<string, unknown>;
}

export interface OpenAi {
  /** What goes into `model_providers.….base_url`. */
  url: string;
  /** Requests for an answer, in order. */
  asked: Asked[];
  /** Adds answers at the end of the script. */
  script(...turns: Turn[]): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Every text of a request's conversation, in order, by whom it is. */
export const textsOf = ({ input }: Asked): { role: string; text: string }[] =>
  (input as { role?: string; content?: { text?: string }[] }[]).flatMap(({ role = "", content }) =>
    Array.isArray(content) ? content.map(({ text = "" }) => ({ role, text })) : [],
  );

/** What the calls of a conversation came to, in order. */
export const outputsOf = ({ input }: Asked): string[] =>
  (input as { type?: string; output?: unknown }[]).flatMap(({ type, output }) =>
    type === "function_call_output" ? [typeof output === "string" ? output : JSON.stringify(output)] : [],
  );

/** What the model says when its script has ended. */
const nothingLeft = "The script has ended.";

async function jsonOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts = (await request.toArray()) as Buffer[];
  const value: unknown = JSON.parse(Buffer.concat(parts).toString("utf8") || "{}");
  return typeof value === "object" && value ? (value as Record<string, unknown>) : {};
}

/** A request beside the conversation, whose answer has a fixed form: the program invents a title for it. */
const isAside = ({ text }: Record<string, unknown>): boolean =>
  typeof text === "object" && text !== null && "format" in text && Boolean(text.format);

/** The one item that an answer consists of. */
function itemOf(turn: Extract<Turn, { say: string } | { call: string }>, n: number): Record<string, unknown> {
  if ("say" in turn) {
    const content = [{ type: "output_text", text: turn.say, annotations: [] }];
    return { type: "message", id: `msg_${n}`, role: "assistant", status: "completed", content };
  }
  const { call, namespace, input } = turn;
  const named = { name: call, ...(namespace ? { namespace } : {}), arguments: JSON.stringify(input) };
  return { type: "function_call", id: `fc_${n}`, call_id: `call_${n}`, status: "completed", ...named };
}

function stream(response: ServerResponse, n: number) {
  response.writeHead(200, { "content-type": "text/event-stream" });
  let sequence = 0;
  const send = (type: string, data: object) => {
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence, ...data })}\n\n`);
    sequence += 1;
  };
  const id = `resp_${n}`;
  send("response.created", { response: { id, object: "response", status: "in_progress", output: [] } });
  return (item: Record<string, unknown>) => {
    send("response.output_item.added", { output_index: 0, item: { ...item, status: "in_progress" } });
    if (item.type === "message") {
      const [{ text } = { text: "" }] = item.content as { text: string }[];
      send("response.output_text.delta", { item_id: item.id, output_index: 0, content_index: 0, delta: text });
    }
    send("response.output_item.done", { output_index: 0, item });
    const counted = { input_tokens: 100, output_tokens: 10, total_tokens: 110 };
    const usage = {
      ...counted,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens_details: { reasoning_tokens: 0 },
    };
    send("response.completed", { response: { id, object: "response", status: "completed", output: [item], usage } });
    response.end();
  };
}

/**
 * An endpoint of OpenAI's Responses API on a free loopback port that answers each request with the next turn of its
 * script and keeps what it was asked.
 */
export async function startOpenAi(...first: Turn[]): Promise<OpenAi> {
  const turns = [...first];
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    if (request.method !== "POST" || !request.url?.endsWith("/responses")) {
      request.resume();
      response.writeHead(404, { "content-type": "application/json" });
      return void response.end(JSON.stringify({ error: { message: "not served here" } }));
    }
    const body = await jsonOf(request);
    const { model = "", input = [] } = body as Partial<Asked>;
    if (isAside(body)) return void stream(response, 0)(itemOf({ say: JSON.stringify({ title: "A title" }) }, 0));
    const n = asked.push({ model, input, body });
    const turn = turns.shift() ?? { say: nothingLeft };
    if ("refuse" in turn) {
      response.writeHead(turn.refuse, { "content-type": "application/json" });
      return void response.end(JSON.stringify({ error: turn.error }));
    }
    const answer = stream(response, n);
    if ("wait" in turn) await Promise.race([turn.wait, once(response, "close")]);
    if (!response.destroyed) answer(itemOf(turn, n));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    script: (...more) => void turns.push(...more),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
