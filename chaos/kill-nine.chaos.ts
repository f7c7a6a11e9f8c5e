import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChaosCase } from "./harness.ts";
import { type Broken, checkRound, promises } from "./kill-nine/check.ts";
import { playRound, type Round } from "./kill-nine/round.ts";
import { makeWorld, type World } from "./kill-nine/world.ts";
import { seeded } from "./random.ts";

const rounds = { quick: 3, full: 50 };

const median = (numbers: number[]) => numbers.sort((a, b) => a - b)[numbers.length >> 1] ?? 0;

/** What both programs said in a round that broke a promise, for whoever looks for the cause. */
function keepOutput(world: World, name: string): string {
  const dir = join(tmpdir(), `signalbox-kill-nine-${process.pid}`);
  mkdirSync(dir, { recursive: true });
  for (const program of ["relay", "orchestrator"] as const)
    writeFileSync(join(dir, `${name}-${program}.log`), world[program].written());
  return dir;
}

/** [HST-17, HST-18, HST-29, HST-30, WSP-42]: what was acknowledged happens once, whatever is killed when. */
const killNine: ChaosCase = {
  name: "kill -9 of relay and orchestrator while agents work",
  async run({ tmp, seed, quick, log }) {
    const random = seeded(seed);
    const trials = quick ? rounds.quick : rounds.full;
    const played: Round[] = [];
    const broken: Broken[] = [];
    await using world = await makeWorld(tmp);
    for (let number = 1; number <= trials; number += 1) {
      const round = await playRound(world, random, number);
      const now = await checkRound(world, round);
      played.push(round);
      broken.push(...now);
      const { relay, orchestrator } = round.kills;
      const time = round.landedMs === null ? "not ended" : `${(round.landedMs / 1000).toFixed(1)} s`;
      log(`round ${number}: killed relay ${relay}, orchestrator ${orchestrator}; ${time}; ${now.length} broken`);
      for (const { promise, seen } of now) log(`  ${promises[promise]}: ${seen}`);
      if (now.length) log(`  output kept in ${keepOutput(world, `round-${number}`)}`);
      else for (const program of ["relay", "orchestrator"] as const) world[program].written();
      // What is stuck stays stuck and would be counted again in every later round.
      if (round.landedMs === null) break;
    }
    const sum = (name: keyof Round["kills"]) => played.reduce((all, { kills }) => all + kills[name], 0);
    const times = played.flatMap(({ landedMs }) => landedMs ?? []);
    const kills = `${sum("relay")} kills of the relay, ${sum("orchestrator")} of the orchestrator`;
    const agents = played.reduce((all, { acknowledged }) => all + acknowledged.length, 0);
    const count = (promise: string) => broken.filter((one) => one.promise === promise).length;
    return [
      {
        fault: "kill -9 relay and orchestrator, 5 agents each",
        trials: played.length,
        violations: Object.fromEntries(Object.keys(promises).map((promise) => [promise, count(promise)])),
        notes: `${kills}; ${agents} agents landed in ${(median(times) / 1000).toFixed(1)} s (median of rounds); seed ${seed}`,
      },
    ];
  },
};

export default killNine;
