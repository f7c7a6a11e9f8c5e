import { answerLimit } from "@signalbox/api";

const fits = (value: unknown): boolean => JSON.stringify(value).length <= answerLimit;

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
    // Without half a character at its end.
    (text) => (text.length > most ? `${text.slice(0, most).replace(/[\uD800-\uDBFF]$/, "")}… (cut)` : text),
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
export function shorten(answer: unknown): unknown {
  if (fits(answer)) return answer;
  let short = answer;
  for (const most of [4_000, 1_000, 200]) {
    short = cutTexts(answer, most);
    if (fits(short)) return short;
  }
  for (const most of [20, 5, 1]) {
    short = cutLists(cutTexts(answer, 200), most);
    if (fits(short)) return short;
  }
  return short;
}
