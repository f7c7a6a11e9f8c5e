import type { ChaosCase } from "./harness.ts";
import { makeWorld } from "./kill-nine/world.ts";
import { type Broken, counted, keepOutput, medianSeconds } from "./lib/broken.ts";
import { roundsOf } from "./lib/rounds.ts";
import { seeded } from "./random.ts";
import { playServer } from "./tmux-dies/round.ts";

const rounds = { quick: 3, full: 50 };
const promises = ["stuck", "untrue", "doubled", "orphaned", "workLost", "refused", "down"];

/** [HST-19, HST-21, HST-24]: without its tmux server an agent has ended, is said to have, and leaves its work and nothing else. */
const tmuxDies: ChaosCase = {
  name: "the host's tmux server is killed",
  async run({ tmp, seed, quick, log }) {
    const random = seeded(seed);
    const broken: Broken[] = [];
    const known: number[] = [];
    await using world = await makeWorld(tmp);
    const programs = { relay: world.relay, orchestrator: world.orchestrator };
    for (let number = 1; number <= roundsOf(quick, rounds); number += 1) {
      const { broken: now, knownMs } = await playServer(world, random, number);
      known.push(knownMs);
      log(`round ${number}: all ends known after ${medianSeconds([knownMs])}; ${now.length} broken`);
      for (const { promise, seen } of now) log(`  ${promise}: ${seen}`);
      if (now.length) log(`  output kept in ${keepOutput(programs, `round-${number}`)}`);
      else for (const program of Object.values(programs)) program.written();
      broken.push(...now);
    }
    return [
      {
        fault: "kill -9 of the tmux server, 4 agents at work, 1 starting",
        trials: known.length,
        violations: counted(promises, broken),
        notes: `all ends known after ${medianSeconds(known)} (median); seed ${seed}`,
      },
    ];
  },
};

export default tmuxDies;
