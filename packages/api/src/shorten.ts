import { alwaysWhole, answerLimit, sizeOf, wholeCharacters } from "./answer-size.ts";

/** The same with each text and each list inside it as `text` and `list` make them. */
function mapped(value: unknown, text: (one: string) => string, list: (one: unknown[]) => unknown[]): unknown {
  if (typeof value === "string") return text(value);
  if (Array.isArray(value)) return list(value).map((one) => mapped(one, text, list));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapped(one, text, list)]));
}

/** Each text within that many characters; one that is cut says so. */
const cutTexts = (value: unknown, most: number): unknown =>
  mapped(
    value,
    (text) => (text.length > most ? `${text.slice(0, wholeCharacters(text, most))}… (cut)` : text),
    (list) => list,
  );

/** Each list within that many items, and a word on it. */
const cutLists = (value: unknown, most: number): unknown => ({
  ...(mapped(
    value,
    (text) => text,
    (list) => list.slice(0, most),
  ) as object),
  cut: `Too long for one answer: lists are cut at ${most} items, texts are cut where they say so.`,
});

/**
 * An answer within the limit of a tool's (MCP-30). Procedures end their lists in time and cut their bodies, with a way to
 * get the rest; what is cut here is what they repeat or add: long texts first, then long lists.
 */
export function shorten(answer: unknown, limit = answerLimit): unknown {
  const fits = (value: unknown): boolean => sizeOf(value) <= limit;
  if (fits(answer)) return answer;
  let short = answer;
  for (const most of [4_000, 1_000, alwaysWhole]) {
    short = cutTexts(answer, most);
    if (fits(short)) return short;
  }
  for (const most of [20, 5, 1]) {
    short = cutLists(cutTexts(answer, alwaysWhole), most);
    if (fits(short)) return short;
  }
  return short;
}

/** Somebody's free data within that many characters of JSON: in the end without the members that do not fit. */
export function shortenData(data: Record<string, unknown>, limit: number): Record<string, unknown> {
  const short = shorten(data, limit) as Record<string, unknown>;
  if (sizeOf(short) <= limit) return short;
  const kept: Record<string, unknown> = { cut: `Too long for one answer: ${sizeOf(data)} characters of JSON.` };
  let left = limit - sizeOf(kept);
  for (const [key, value] of Object.entries(short)) {
    const size = sizeOf({ [key]: value });
    if (key === "cut" || size > left) continue;
    kept[key] = value;
    left -= size;
  }
  return kept;
}
