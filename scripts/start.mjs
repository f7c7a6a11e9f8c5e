// npm start, npm run dev, npm run relay, npm run orchestrator. Runs before anything is installed: Node's own modules only.
import { delimiter } from "node:path";
import { ensureBuilt } from "./lib/build.mjs";
import { ensureBundled, watchSources } from "./lib/dev.mjs";
import { dataHome, localHost } from "./lib/host.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { runLocal } from "./lib/local.mjs";
import { checkNode, checkPrograms } from "./lib/needs.mjs";
import { relayAddress, whoAnswers } from "./lib/probe.mjs";
import { main, Stop, say } from "./lib/say.mjs";
import { startArgs, USAGE } from "./lib/start-args.mjs";

/** Throws a `Stop` when the port is taken, before any work is done for a relay that could not listen. */
async function checkPort(env) {
  const address = relayAddress(env);
  const found = address === undefined ? "free" : await whoAnswers(address);
  if (found === "signalbox") throw new Stop(`Signalbox is already running at ${address}`);
  if (found === "other")
    throw new Stop(`${address} is used by another program. Choose another port: PORT=4700 npm start`);
}

/** The environment without the folders that npm puts in front of the path: agents would inherit them. */
function withoutNpm(env) {
  const kept = (env.PATH ?? "")
    .split(delimiter)
    .filter((dir) => !/[/\\](node_modules[/\\]\.bin|node-gyp-bin)$/.test(dir));
  return { ...env, PATH: kept.join(delimiter) };
}

await main(async () => {
  const { parts, rest, dev, help, ...flags } = startArgs(process.argv.slice(2));
  if (help) return void say(USAGE);
  checkNode();
  const alone = parts.length === 1;
  if (parts.includes("orchestrator")) checkPrograms(["git", "tmux"]);
  const host = alone ? undefined : localHost({ flags });
  if (parts.includes("relay")) await checkPort(process.env);

  await ensureInstalled();
  await (dev ? ensureBundled(parts) : ensureBuilt(parts));

  const env = {
    ...withoutNpm(process.env),
    NODE_ENV: dev ? "development" : "production",
    NEXT_TELEMETRY_DISABLED: "1",
  };
  const home = dataHome(env);
  if (!alone) env.SIGNALBOX_HOME = home;
  const watch = dev ? (replace) => watchSources(parts, replace) : undefined;
  return runLocal({ parts, host, home, rest, env, say, watch });
});
