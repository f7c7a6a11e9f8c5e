import type { CommandType } from "../packages/api/src/contracts/index.ts";
import { acts } from "./dies/acts.ts";
import { playPoint } from "./dies/play.ts";
import { pointsOf } from "./dies/points.ts";
import type { ChaosCase, ChaosRow } from "./harness.ts";
import { promises as landed } from "./kill-nine/check.ts";
import { makeWorld } from "./kill-nine/world.ts";
import { armIn } from "./lib/arm.ts";
import { type Broken, counted, keepOutput, medianSeconds } from "./lib/broken.ts";
import { roundsOf } from "./lib/rounds.ts";
import { seeded } from "./random.ts";

const rounds = { quick: 3, full: 50 };
const promises = [...Object.keys(landed), "untrue", "unexplained", "workLost"];

/** [HST-29, HST-30, HST-32, WSP-42]: a host that dies between received, journaled, acted, recorded and reported does each thing once, or says that it does not know. */
const dies: ChaosCase = {
  name: "orchestrator dies at a point of a command",
  async run({ tmp, seed, quick, log }) {
    const random = seeded(seed);
    const rows: ChaosRow[] = [];
    const arm = armIn(tmp);
    await using world = await makeWorld(tmp, { env: arm.env });
    for (const type of Object.keys(acts) as CommandType[]) {
      const broken: Broken[] = [];
      const times: number[] = [];
      for (const [i, point] of pointsOf(type, roundsOf(quick, rounds), random).entries()) {
        const from = performance.now();
        const name = `${type.replace(".", "-")}-${i}`;
        const now = await playPoint(world, arm, point, name);
        times.push(performance.now() - from);
        log(
          `${type} ${i + 1}: ${point.when} ${point.step} ${point.nth}; ${medianSeconds(times.slice(-1))}; ${now.length} broken`,
        );
        for (const { promise, seen } of now) log(`  ${promise}: ${seen}`);
        if (now.length)
          log(`  output kept in ${keepOutput({ relay: world.relay, orchestrator: world.orchestrator }, name)}`);
        else for (const program of ["relay", "orchestrator"] as const) world[program].written();
        broken.push(...now);
      }
      rows.push({
        fault: `orchestrator killed at a point of ${type}`,
        trials: times.length,
        violations: counted(promises, broken),
        notes: `a round took ${medianSeconds(times)} (median); seed ${seed}`,
      });
    }
    return rows;
  },
};

export default dies;
