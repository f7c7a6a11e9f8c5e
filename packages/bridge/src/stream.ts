import { dataOf, isObject, type Json, parse } from "./messages.ts";

/** An event stream on its way. */
export interface Stream {
  /** Its events, each with the empty line after it; throws where it broke off, or said "not now". */
  body: AsyncIterable<string>;
  /** The event that said that the call cannot be served now: nothing was done. It is not among the others. */
  notNow(): string | null;
}

/** The highest progress that a call has told, over all its tries (MCP-42); -1: none yet. */
export interface Told {
  progress: number;
}

/** One message as an event. */
export const eventOf = (text: string): string =>
  `event: message\n${text
    .split(/\r?\n/)
    .map((line) => `data: ${line}`)
    .join("\n")}\n\n`;

/** Whether a message is the error that says: not now. */
export function isUnavailable({ result }: Json): boolean {
  if (!isObject(result) || result.isError !== true || !isObject(result.structuredContent)) return false;
  const { error } = result.structuredContent;
  return isObject(error) && error.code === "Unavailable";
}

/** Progress of a later try begins anew, and must go on to rise for whoever asked. */
function risen(event: string, message: Json, from: number, told: Told): string {
  const params = isObject(message.params) ? message.params : {};
  if (message.method !== "notifications/progress" || typeof params.progress !== "number") return event;
  const progress = from + params.progress;
  told.progress = Math.max(told.progress, progress);
  return from === 0 ? event : eventOf(JSON.stringify({ ...message, params: { ...params, progress } }));
}

const isAnswer = (message: Json): boolean => "result" in message || "error" in message;

/** Reads a stream event by event; what `told` has of earlier tries is where its progress goes on. */
export function streamOf(body: AsyncIterable<Buffer>, told: Told): Stream {
  let notNow: string | null = null;
  const from = told.progress + 1;

  async function* parts(): AsyncGenerator<string> {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const part of body) {
      rest += decoder.decode(part, { stream: true });
      const events = rest.split(/(?<=\r?\n\r?\n)/);
      rest = /\r?\n\r?\n$/.test(events.at(-1) ?? "") ? "" : (events.pop() ?? "");
      yield* events;
    }
    if (rest.trim()) yield `${rest}\n\n`;
  }

  async function* events(): AsyncGenerator<string> {
    let answered = false;
    try {
      for await (const event of parts()) {
        const message = parse(dataOf(event));
        if (isUnavailable(message)) {
          notNow = event;
          break;
        }
        answered ||= isAnswer(message);
        yield risen(event, message, from, told);
      }
    } catch (error) {
      if (!answered) throw error;
    }
    if (!answered) throw new Error("the stream ended without an answer");
  }

  return { body: events(), notNow: () => notNow };
}
