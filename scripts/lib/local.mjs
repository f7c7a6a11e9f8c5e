import { banner } from "./banner.mjs";
import { supervise } from "./supervise.mjs";

const RELAY = "apps/web/dist/relay.mjs";
const ORCHESTRATOR = "apps/orchestrator/dist/orchestrator.mjs";
const PATIENCE_MS = 10_000;

/**
 * Runs the relay, the orchestrator or both until a signal or until one cannot start, and answers the exit code.
 * The relay says when it listens and mints the token of the local orchestrator; the token lives in this process's memory
 * and in the orchestrator's environment, and nowhere else. `host` is `{ id, baseDir, home }`; `rest` are arguments for
 * an orchestrator that runs alone. `watch(replace)` begins to watch for changed code and answers a function that ends it.
 */
export function runLocal({
  parts,
  host,
  home,
  rest = [],
  env,
  say,
  watch,
  programs = { relay: RELAY, orchestrator: ORCHESTRATOR },
}) {
  return new Promise((done) => {
    const running = {};
    const both = parts.includes("relay") && parts.includes("orchestrator");
    let relay;
    let ending = false;
    let greeted = false;

    const greet = (connected) => {
      if (greeted) return;
      greeted = true;
      say(banner({ ...relay, host, connected, home }));
    };

    const onRelay = (message) => {
      if (message?.type === "ready") {
        relay ??= { url: message.url, signInUrl: message.signInUrl };
        if (!both) return greet();
        if (!running.orchestrator) running.relay.send({ type: "issue-host-token", orchestratorId: host.id });
      } else if (message?.type === "host-token" && !running.orchestrator && !ending) {
        startOrchestrator([], {
          RELAY_URL: relay.url,
          RELAY_TOKEN: message.token,
          SIGNALBOX_HOST_ID: host.id,
          SIGNALBOX_BASE_DIR: host.baseDir,
        });
        setTimeout(() => ending || greet(false), PATIENCE_MS).unref();
      } else if (message?.type === "host-token-refused") {
        say(`the relay made no token for host ${host.id}: ${message.message}`);
        end(1);
      }
    };

    const onOrchestrator = (message) => {
      if (message?.type !== "ready") return;
      if (both) greet(true);
      else say(`host ${message.id} is connected`);
    };

    const start = (name, args, extra, onMessage) => {
      running[name] = supervise({
        name,
        args: [programs[name], ...args],
        env: { ...env, ...extra },
        onMessage,
        onEnd: end,
        say,
      });
    };
    const startOrchestrator = (args, extra) => start("orchestrator", args, extra, onOrchestrator);

    const end = async (code) => {
      if (ending) return;
      ending = true;
      stopWatching?.();
      await Promise.all(Object.values(running).map((child) => child.stop()));
      for (const signal of SIGNALS) process.off(signal, onSignal);
      done(code);
    };

    const onSignal = () => {
      if (ending) for (const child of Object.values(running)) child.kill();
      else end(0);
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);

    if (parts.includes("relay")) start("relay", [], {}, onRelay);
    else startOrchestrator(rest, {});
    const stopWatching = watch?.((name) => running[name]?.replace());
  });
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
