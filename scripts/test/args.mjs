import { Stop } from "../lib/say.mjs";

/**
 * `npm test -- [--only unit|e2e] [filters…]`: filters go to the runner; without `--only`, filters under `tests/e2e`
 * choose the browser tests and any other filter chooses the rest. No arguments: everything.
 */
export function testArgs(argv) {
  const at = argv.indexOf("--only");
  const only = at === -1 ? undefined : argv[at + 1];
  const filters = at === -1 ? argv : argv.toSpliced(at, 2);
  if (at !== -1 && only !== "unit" && only !== "e2e") throw new Stop("--only takes unit or e2e");
  const chosen =
    only ?? (filters.length === 0 ? undefined : filters.some((f) => f.includes("tests/e2e")) ? "e2e" : "unit");
  return { unit: chosen !== "e2e", e2e: chosen !== "unit", filters };
}
