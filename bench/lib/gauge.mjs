// Loaded into a measured server before its own code (NODE_OPTIONS=--import): on `{ type: "gauge", n }` over the channel
// to its parent it collects garbage and answers `gauge-<n>` with what the process holds and how late its timers were
// since the question before.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");
const late = monitorEventLoopDelay({ resolution: 5 });
late.enable();

process.on("message", (ask) => {
  if (ask?.type !== "gauge") return;
  const [lateMax, lateP99] = [late.max / 1e6, late.percentile(99) / 1e6].map((ms) => String(Math.max(0, ms)));
  collect();
  const { rss, heapUsed, external } = process.memoryUsage();
  const memory = { rss: String(rss), heap: String(heapUsed), external: String(external) };
  process.send({ type: `gauge-${ask.n}`, ...memory, lateMax, lateP99 });
  // Collecting is the question's doing, not the server's.
  setImmediate(() => late.reset());
});
