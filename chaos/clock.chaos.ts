import { playStep } from "./clock/round.ts";
import { clockIn } from "./clock/step.ts";
import type { ChaosCase, ChaosRow } from "./harness.ts";
import { promises as landed } from "./kill-nine/check.ts";
import { makeWorld } from "./kill-nine/world.ts";
import { type Broken, counted, keepOutput } from "./lib/broken.ts";
import { roundsOf } from "./lib/rounds.ts";
import { seeded } from "./random.ts";

const hour = 3_600_000;
const steps = { "+1 h": hour, "-1 h": -hour, "+1 day": 24 * hour, "-1 day": -24 * hour };
/** Of each step; `quick` is of all together. */
const rounds = { quick: 1, full: 3 };

/** [HST-11, HST-27, HST-33, IDN-19]: the clock of relay, host or both set while they run. */
const clock: ChaosCase = {
  name: "a program's clock is set",
  async run({ tmp, seed, quick, log }) {
    const random = seeded(seed);
    const rows: ChaosRow[] = [];
    const [relay, host] = [clockIn(tmp, "relay"), clockIn(tmp, "host")];
    const whose = { relay: [relay], host: [host], both: [relay, host] };
    await using world = await makeWorld(tmp, { env: host.env, relayEnv: relay.env });
    const programs = { relay: world.relay, orchestrator: world.orchestrator };
    for (const [step, ms] of Object.entries(steps)) {
      const broken: Broken[] = [];
      const count = roundsOf(quick, rounds);
      for (let round = 1; round <= count; round += 1) {
        const name = (Object.keys(whose) as (keyof typeof whose)[])[(round - 1) % 3] ?? "relay";
        const label = `${step.replace(/[+ ]/g, "")}-${round}`.replace("-1", "back1");
        const now = await playStep(world, whose[name], ms, random, label);
        log(`${step} for ${name}: ${now.length} broken`);
        for (const { promise, seen } of now) log(`  ${promise}: ${seen}`);
        if (now.length) log(`  output kept in ${keepOutput(programs, label)}`);
        else for (const program of Object.values(programs)) program.written();
        broken.push(...now);
      }
      rows.push({
        fault: `clock of relay, host, both set by ${step}`,
        trials: count,
        violations: counted(["early", "late", "disordered", ...Object.keys(landed)], broken),
        notes: `seed ${seed}`,
      });
    }
    return rows;
  },
};

export default clock;
