import type { Context } from "./context.ts";

/** Most characters of JSON in a tool's answer (MCP-30). */
export const answerLimit = 24_000;

/** What a list is answered with besides its items. */
const aroundItems = 500;

/**
 * The first of these items that a tool's answer has room for, at least one; any other door takes them all. A list ends
 * there, and its `nextCursor` goes on (MCP-30).
 */
export function fitting<T>({ transport }: Pick<Context, "transport">, items: T[]): T[] {
  if (transport !== "mcp") return items;
  let left = answerLimit - aroundItems;
  const over = items.findIndex((item) => {
    left -= JSON.stringify(item).length + 1;
    return left < 0;
  });
  return over === -1 ? items : items.slice(0, Math.max(1, over));
}
