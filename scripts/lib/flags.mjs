import { parseArgs } from "node:util";
import { Stop } from "./say.mjs";

/** Node's parseArgs, with a command line it does not accept as a one-line `Stop`. */
export function flags(argv, options, { allowPositionals = false } = {}) {
  try {
    return parseArgs({ args: argv, options, allowPositionals });
  } catch (error) {
    throw new Stop(
      `${error.message.split(". ")[0]}. The flags are ${Object.keys(options)
        .map((name) => `--${name}`)
        .join(", ")}`,
    );
  }
}
