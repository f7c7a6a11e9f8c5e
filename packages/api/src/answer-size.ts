import type { Context } from "./context.ts";

/** Most characters of JSON in a tool's answer (MCP-30). */
export const answerLimit = 24_000;

/** What a list is answered with besides its items. */
const aroundItems = 500;

/** Characters of JSON that one item, or what stands alone, may have. */
export const itemLimit = answerLimit - aroundItems;

/** Characters of a text that are never cut from it, however full an answer is. */
export const alwaysWhole = 200;

/** Characters of its JSON. */
export const sizeOf = (value: unknown): number => JSON.stringify(value).length;

/** A place to cut a text at or one before it, so that no half of a character is left: not every reader of JSON takes one. */
export function wholeCharacters(text: string, at: number): number {
  const cutsOne = /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(Math.max(0, at - 1), at + 1));
  return cutsOne ? at - 1 : at;
}

/**
 * How many characters of this text a tool's answer has room for beside `rest`, which is all else of it; any other door
 * takes them all. What is left out is asked for by the offset (MCP-30), so at least `alwaysWhole` are given.
 */
export function fittingLength({ transport }: Pick<Context, "transport">, text: string, rest: unknown): number {
  const left = itemLimit - sizeOf(rest);
  if (transport !== "mcp" || sizeOf(text) <= left) return text.length;
  let [fits, over] = [Math.min(alwaysWhole, text.length), text.length + 1];
  while (over - fits > 1) {
    const middle = Math.floor((fits + over) / 2);
    if (sizeOf(text.slice(0, middle)) <= left) fits = middle;
    else over = middle;
  }
  return wholeCharacters(text, fits);
}

/**
 * The first of these items that a tool's answer has room for, at least one; any other door takes them all. A list ends
 * there, and its `nextCursor` goes on (MCP-30).
 */
export function fitting<T>({ transport }: Pick<Context, "transport">, items: T[]): T[] {
  if (transport !== "mcp") return items;
  let left = itemLimit;
  const over = items.findIndex((item) => {
    left -= sizeOf(item) + 1;
    return left < 0;
  });
  return over === -1 ? items : items.slice(0, Math.max(1, over));
}
