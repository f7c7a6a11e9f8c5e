import { join } from "node:path";
import { connect } from "../apps/orchestrator/src/link/connection.ts";
import type { BenchCase } from "./harness.ts";
import { arrivals } from "./lib/arrivals.ts";
import { openBare } from "./lib/bare.ts";
import { startFloor } from "./lib/floor.ts";
import { startRelay } from "./lib/relay.ts";
import { latency, percentile, plain, type Samples, sampleInTurn } from "./lib/samples.ts";
import { refusingHost } from "./lib/test-host.ts";

const hostId = "host-push";

/** How fast a command, and a request that is not kept, get from a caller through the relay to a host. [HST-27] */
const push: BenchCase = {
  name: "push",
  async run({ quick }) {
    await using box = await startRelay();
    await using floor = await startFloor("trpc", { FLOOR_DATABASE: join(box.machine.dir, "floor.db") });
    const url = new URL(box.relay.url);
    const caller = connect(url, box.adminToken);
    const items = arrivals();
    const host = await refusingHost(box, hostId, items.arrived);
    const bare = await openBare(floor.url);
    const plan = quick ? { times: 20, warmUp: 5 } : { times: 500, warmUp: 50 };

    const fromAnswer: Samples = [];
    const values = await sampleInTurn(plan, {
      async command() {
        const from = performance.now();
        const { agentId } = await caller.relay.agents.spawn.mutate({ provider: "shell", prompt: "true" });
        const answered = performance.now();
        const at = await items.of(agentId);
        fromAnswer.push(at - answered);
        await host.settled(agentId);
        return at - from;
      },
      async request(n) {
        const path = `/asked/${n}`;
        const from = performance.now();
        const answered = caller.relay.orchestrators.directories.query({ orchestratorId: hostId, path });
        const at = await items.of(path);
        await answered;
        return at - from;
      },
      emit: () => bare.push("emit"),
      store: () => bare.push("store"),
    });
    bare.close();
    caller.drop();
    host.drop();
    const nothingStored = { name: "bare tRPC push", values: values.emit };
    return [
      ...latency("spawn called → command at the host", values.command, nothingStored),
      ...latency("the same", values.command, { name: "bare tRPC push after 1 commit", values: values.store }),
      plain("spawn answered → command at the host p50", percentile(fromAnswer.slice(plan.warmUp), 0.5)),
      ...latency("request asked → at the host, nothing stored", values.request, nothingStored),
    ];
  },
};

export default push;
