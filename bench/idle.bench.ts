import { setTimeout as delay } from "node:timers/promises";
import { connect } from "../apps/orchestrator/src/link/connection.ts";
import { processesOf, spawnShell } from "../tests/support/agents.ts";
import { startSignalbox } from "../tests/support/signalbox.ts";
import { until } from "../tests/support/until.ts";
import type { BenchCase, BenchRow } from "./harness.ts";
import { startFloor } from "./lib/floor.ts";
import { startNext } from "./lib/next.ts";
import { quiet } from "./lib/relay.ts";
import { above } from "./lib/samples.ts";
import { usageOf } from "./lib/usage.ts";

/** Memory and processor of everything that runs while nothing happens: one host, one console page, one waiting agent. */
const idle: BenchCase = {
  name: "idle",
  async run({ root, quick }) {
    await using box = await startSignalbox({ env: quiet });
    const agentId = await spawnShell(box, { cwd: box.machine.baseDir, workspaceMode: "shared", prompt: "sleep 3600" });
    const isBusy = async () => (await box.admin.agents.get.query({ agentId })).status === "busy";
    await until("the agent", isBusy, { also: box.output });
    const page = connect(new URL(box.relay.url), box.adminToken);
    page.relay.events.subscribe.subscribe(undefined, { onData: () => undefined });
    await using bare = await startFloor("json-rpc");
    await using next = await startNext(root);

    const pids = {
      relay: box.relay.pid,
      orchestrator: box.orchestrator.pid,
      runner: (await processesOf(box.machine, agentId)).runner,
      bare: bare.program.pid,
      next: next.program.pid,
    };
    const look = () => Object.values(pids).map(usageOf);
    // What the start left behind (compilation, garbage) is not idling.
    await delay(quick ? 1_000 : 15_000);
    const before = look();
    const from = performance.now();
    await delay(quick ? 3_000 : 20_000);
    const seconds = (performance.now() - from) / 1000;
    const after = look();
    page.drop();

    const of = Object.fromEntries(
      Object.keys(pids).map((name, i) => [
        name,
        {
          rss: after[i]?.rss ?? 0,
          cpu: (100 * ((after[i]?.cpu ?? 0) - (before[i]?.cpu ?? 0))) / seconds,
        },
      ]),
    ) as Record<keyof typeof pids, { rss: number; cpu: number }>;
    const against = (name: "relay" | "orchestrator" | "runner", floor: "bare" | "next", label: string): BenchRow[] => [
      above(`${name} RSS`, of[name].rss, { name: label, value: of[floor].rss }, "MiB"),
      above(`${name} CPU`, of[name].cpu, { name: label, value: of[floor].cpu }, "%"),
    ];
    return [
      ...against("relay", "next", "next start"),
      ...against("relay", "bare", "bare node:http"),
      ...against("orchestrator", "bare", "bare node:http"),
      ...against("runner", "bare", "bare node:http"),
    ];
  },
};

export default idle;
