import { createInterface } from "node:readline";
import { headersOf } from "./headers.ts";
import { isObject, type Json, messagesIn, parse } from "./messages.ts";
import type { NoAnswer } from "./no-answer.ts";

/** One message of the client. */
export interface Post {
  body: string;
  headers: Record<string, string>;
  /** Aborted when the client no longer wants the answer. */
  signal: AbortSignal;
}

/** An answer over HTTP, which may still be on its way. */
export interface Brought {
  status: number;
  /** Content type. */
  type: string;
  body: AsyncIterable<Buffer | string>;
}

/** Why there is no answer, and what to do: the client gets it as the answer. */
export class Unavailable extends Error {
  readonly next: string;
  constructor({ message, next }: NoAnswer) {
    super(message);
    this.next = next;
  }
}

interface Ends {
  input: NodeJS.ReadableStream;
  write: (line: string) => void;
  /** Brings a message to the relay and its answer to `take`, which answers whether it came whole. Rejects where it cannot. */
  bring: (post: Post, take: (answer: Brought) => Promise<boolean>) => Promise<unknown>;
  /** How long after the input's end an answer may still come, in milliseconds. */
  graceMs?: number;
}

/** The error that the relay itself answers with where it cannot serve a request. */
const serverError = -32_000;

type Id = string | number;

const idOf = ({ id }: Json): Id | undefined => (typeof id === "string" || typeof id === "number" ? id : undefined);

function refusal(id: Id, { code = "Unavailable", message = "There is no answer", next = "", ...more }: Json): string {
  const error = { code: serverError, message: `${message}. ${next}`.trim(), data: { code, message, next, ...more } };
  return JSON.stringify({ jsonrpc: "2.0", id, error });
}

const isMessage = (said: Json): boolean => said.jsonrpc === "2.0" || Array.isArray(said);

const isNotification = (said: Json): boolean => isMessage(said) && said.method !== undefined;

/**
 * An MCP server on standard input and output that is the relay's: each message goes there and each answer comes back as it
 * is (MCP-45). Ends soon after its input, when what was asked is answered; what is not by then is given up (MCP-47).
 */
export async function serveStdio({ input, write, bring, graceMs = 1_500 }: Ends): Promise<void> {
  let agreed: string | undefined;
  const asked = new Map<Id, AbortController>();
  const over = new AbortController();

  async function pass(line: string, message: Json): Promise<void> {
    const id = idOf(message);
    const unwanted = new AbortController();
    if (id !== undefined) asked.set(id, unwanted);
    const signal = AbortSignal.any([unwanted.signal, over.signal]);

    async function take({ status, type, body }: Brought): Promise<boolean> {
      let answered = id === undefined;
      const say = (text: string) => {
        const said = parse(text);
        if (message.method === "initialize" && isObject(said.result)) agreed = String(said.result.protocolVersion);
        if (isNotification(said)) return write(JSON.stringify(said));
        answered = true;
        // A refusal before the request was read knows no id; without one the client would wait for ever.
        if (isMessage(said)) write(JSON.stringify(said.id === null && id !== undefined ? { ...said, id } : said));
        else if (id !== undefined) write(refusal(id, { message: `The relay answered ${status}`, ...said }));
      };
      try {
        for await (const text of messagesIn(type, body)) say(text);
      } catch {
        return answered;
      }
      if (!answered) say("{}");
      return true;
    }

    try {
      await bring({ body: line, headers: headersOf(message, agreed), signal }, take);
    } catch (error) {
      const next = error instanceof Unavailable ? error.next : "";
      const text = error instanceof Error ? error.message : String(error);
      if (id !== undefined && !signal.aborted) write(refusal(id, { message: text, next }));
    } finally {
      if (id !== undefined) asked.delete(id);
    }
  }

  /** The relay has no session to find a call by: to leave it is to cancel it (MCP-43). */
  function cancel({ params }: Json): void {
    const id = isObject(params) ? params.requestId : undefined;
    if (typeof id === "string" || typeof id === "number") asked.get(id)?.abort();
  }

  const open = new Set<Promise<void>>();
  const keep = (passing: Promise<void>): Promise<void> => {
    open.add(passing);
    return passing.finally(() => open.delete(passing));
  };
  let first: Promise<void> = Promise.resolve();
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (!line.trim()) continue;
    const message = parse(line);
    if (message.method === "notifications/cancelled") cancel(message);
    // What follows is sent as the answer to `initialize` says.
    else if (message.method === "initialize") first = keep(pass(line, message));
    else void keep(first.then(() => pass(line, message)));
  }
  const late = setTimeout(() => over.abort(), graceMs);
  await Promise.all(open);
  clearTimeout(late);
}
