import { flags } from "../lib/flags.mjs";
import { Stop } from "../lib/say.mjs";

/** `[--quick] [--seed N] [filters…]`: a filter is part of a case's file name. */
export function caseArgs(argv) {
  const options = { quick: { type: "boolean", default: false }, seed: { type: "string", default: "1" } };
  const { values, positionals } = flags(argv, options, { allowPositionals: true });
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed)) throw new Stop(`--seed takes a whole number, not ${values.seed}`);
  return { quick: values.quick, seed, filters: positionals };
}
