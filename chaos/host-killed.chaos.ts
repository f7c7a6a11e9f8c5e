import type { ChaosCase } from "./harness.ts";
import { playComing } from "./host-killed/coming-and-going.ts";
import { playPrinting } from "./host-killed/printing.ts";
import { makeWorld } from "./kill-nine/world.ts";
import { type Broken, counted, keepOutput, medianSeconds } from "./lib/broken.ts";
import { roundsOf } from "./lib/rounds.ts";
import { seeded } from "./random.ts";

const kills = { quick: 5, full: 100 };
const comings = { quick: 3, full: 50 };

/** [HST-17, HST-21, HST-24, HST-49]: kill -9 of the orchestrator while agents run, start and stop. */
const hostKilled: ChaosCase = {
  name: "kill -9 of the orchestrator",
  async run({ tmp, seed, quick, log }) {
    const random = seeded(seed);
    await using world = await makeWorld(tmp);
    const programs = { relay: world.relay, orchestrator: world.orchestrator };
    const wanted = roundsOf(quick, kills);
    const printing = await playPrinting(world, random, wanted, log);
    for (const { promise, seen } of printing.broken) log(`  ${promise}: ${seen}`);
    const broken: Broken[] = [];
    const times: number[] = [];
    for (let round = 1; round <= roundsOf(quick, comings); round += 1) {
      const from = performance.now();
      const now = await playComing(world, random, `coming-${round}`);
      times.push(performance.now() - from);
      log(`start and stop ${round}: ${medianSeconds(times.slice(-1))}; ${now.length} broken`);
      for (const { promise, seen } of now) log(`  ${promise}: ${seen}`);
      if (now.length) log(`  output kept in ${keepOutput(programs, `coming-${round}`)}`);
      else for (const program of Object.values(programs)) program.written();
      broken.push(...now);
    }
    return [
      {
        fault: "kill -9 of the orchestrator while 3 agents print",
        trials: wanted,
        violations: counted(["restarted", "ended", "missing", "orphaned", "stuck"], printing.broken),
        notes: `${(printing.bytes / 1024 / 1024).toFixed(1)} MiB of output; seed ${seed}`,
      },
      {
        fault: "kill -9 of the orchestrator in an agent's start and in its stop",
        trials: times.length,
        violations: counted(["lost", "doubled", "stuck", "orphaned", "zombies", "workLost"], broken),
        notes: `a round took ${medianSeconds(times)} (median); seed ${seed}`,
      },
    ];
  },
};

export default hostKilled;
