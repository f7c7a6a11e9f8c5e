import { flags } from "./flags.mjs";
import { Stop } from "./say.mjs";

export const USAGE = `Usage: npm start -- [--base-dir DIR] [--id HOST]

  --base-dir DIR   where agents may work (default: $SIGNALBOX_BASE_DIR, else your home directory)
  --id HOST        this machine's name in Signalbox (default: $SIGNALBOX_HOST_ID, else the host name)

npm run dev                     the same, rebuilt and restarted on every change
npm run relay                   the relay alone
npm run orchestrator -- --help  the orchestrator alone, for a relay that runs elsewhere`;

const OPTIONS = {
  "base-dir": { type: "string" },
  id: { type: "string" },
  only: { type: "string" },
  dev: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
};

/**
 * Reads the command line. What follows `--only orchestrator` belongs to the orchestrator program and comes back
 * untouched in `rest`; anything unknown elsewhere is a `Stop`.
 */
export function startArgs(argv) {
  const at = argv.indexOf("--only");
  if (at !== -1 && argv[at + 1] === "orchestrator") {
    return { parts: ["orchestrator"], rest: argv.slice(at + 2), dev: argv.slice(0, at).includes("--dev"), help: false };
  }
  const { values } = flags(argv, OPTIONS);
  if (values.only !== undefined && values.only !== "relay") {
    throw new Stop(`--only takes relay or orchestrator, not ${values.only}`);
  }
  return {
    parts: values.only === "relay" ? ["relay"] : ["relay", "orchestrator"],
    rest: [],
    dev: values.dev,
    help: values.help,
    baseDir: values["base-dir"],
    id: values.id,
  };
}
