export type Json = Record<string, unknown>;

export const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null;

/** JSON that is an object; anything else is an empty one. */
export function parse(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

const blank = /\r?\n\r?\n/;

/** What an event of a stream says. */
export const dataOf = (event: string): string =>
  event
    .split(/\r?\n/)
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice(5).trimStart())
    .join("\n");

/** What the relay answers, message by message: one of plain JSON, or each event of a stream as it comes. */
export async function* messagesIn(type: string, body: AsyncIterable<Buffer | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const part of body) {
    rest += typeof part === "string" ? part : decoder.decode(part, { stream: true });
    if (!type.startsWith("text/event-stream")) continue;
    const events = rest.split(blank);
    rest = events.pop() ?? "";
    for (const event of events.map(dataOf)) if (event) yield event;
  }
  const last = type.startsWith("text/event-stream") ? dataOf(rest) : rest.trim();
  if (last) yield last;
}
