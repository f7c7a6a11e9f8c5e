import type { Context } from "./context.ts";

/** Characters of JSON after which a tool's list ends early, and a cursor goes on (MCP-30). */
const longestList = 22_000;

/** How many of the items one answer holds: all of them, but to a tool's caller, who pays for each character. At least one. */
export function fitting({ transport }: Pick<Context, "transport">, items: unknown[]): number {
  if (transport !== "mcp") return items.length;
  let length = 0;
  const first = items.findIndex((item) => {
    length += JSON.stringify(item).length + 1;
    return length > longestList;
  });
  return first === -1 ? items.length : Math.max(1, first);
}
