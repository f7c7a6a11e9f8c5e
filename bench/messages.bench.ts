import { join } from "node:path";
import type { BenchCase, BenchRow } from "./harness.ts";
import { startFloor } from "./lib/floor.ts";
import { barePair, ourPair, type Pair } from "./lib/pairs.ts";
import { inParallel, perSecond } from "./lib/parallel.ts";
import { startRelay } from "./lib/relay.ts";
import { below, latency, type Samples, sampleInTurn } from "./lib/samples.ts";

const floorName = "bare tRPC push after 1 commit";

/**
 * How fast a message gets from its sender to its recipient's runner, on disk before it is answered, and onto the rung
 * `sent`. [MSG-38] [MSG-39]
 */
const messages: BenchCase = {
  name: "messages",
  async run({ quick, log }) {
    await using box = await startRelay();
    await using floor = await startFloor("trpc", { FLOOR_DATABASE: join(box.machine.dir, "floor.db") });
    const rows: BenchRow[] = [];
    const ours: Pair[] = [];
    const bare: Pair[] = [];
    for (const pairs of quick ? [1, 10] : [1, 10, 100]) {
      while (ours.length < pairs) {
        ours.push(await ourPair(box, ours.length));
        bare.push(await barePair(floor.url, bare.length));
      }
      const plan = { times: quick ? 2 : 5, warmUp: 1 };
      const share = { clients: pairs, calls: quick ? 200 : Math.min(5_000, 1_000 + pairs * 40) };
      const held: Samples = [];
      const sent: Samples = [];
      const beside: Samples = [];
      const took = await sampleInTurn(plan, {
        ours: (n) =>
          inParallel(share, async (_, client) => {
            const one = await (ours[client] as Pair).message();
            if (n < plan.warmUp) return;
            held.push(one.held);
            sent.push(one.sent);
          }),
        bare: (n) =>
          inParallel(share, async (_, client) => {
            const one = await (bare[client] as Pair).message();
            if (n >= plan.warmUp) beside.push(one.held);
          }),
      });
      const label = `${pairs} ${pairs === 1 ? "pair" : "pairs"}`;
      rows.push(...latency(`send → sent on record, ${label}`, sent, { name: floorName, values: beside }));
      rows.push(...latency(`send → held by the runner, ${label}`, held, { name: floorName, values: beside }, [50]));
      const rate = { name: floorName, value: perSecond(share.calls, took.bare) };
      rows.push(below(`messages to sent, ${label}`, perSecond(share.calls, took.ours), rate));
      log(`${label}: ${Math.round(perSecond(share.calls, took.ours))} a second`);
    }
    for (const one of [...ours, ...bare]) one.close();
    return rows;
  },
};

export default messages;
