import { playTwins } from "./clone/round.ts";
import { playStale } from "./clone/stale.ts";
import { makeTwins } from "./clone/twins.ts";
import type { ChaosCase } from "./harness.ts";
import { type Broken, counted } from "./lib/broken.ts";
import { roundsOf } from "./lib/rounds.ts";
import { seeded } from "./random.ts";

const rounds = { quick: 2, full: 14 };
const perRound = 15;
const stale = { quick: 40, full: 200 };

/** [HST-05, HST-06, HST-07, HST-30]: two orchestrators with one id, as a cloned disk makes them. */
const clone: ChaosCase = {
  name: "two orchestrators with one identity",
  async run({ tmp, seed, quick, log }) {
    const random = seeded(seed);
    const broken: Broken[] = [];
    let [active, commands, refused] = [0, 0, 0];
    await using twins = await makeTwins(tmp);
    const count = roundsOf(quick, rounds);
    for (let round = 1; round <= count; round += 1) {
      const played = await playTwins(twins, active, `twins-${round}`, perRound, random);
      active = played.next;
      commands += played.agents;
      refused += played.refused;
      log(`round ${round}: ${played.agents} commands, ${played.refused} refused; ${played.broken.length} broken`);
      for (const { promise, seen } of played.broken) log(`  ${promise}: ${seen}`);
      if (played.broken.length) for (const { program } of twins.twins) log(program.output().slice(-3_000));
      broken.push(...played.broken);
    }
    const trials = quick ? stale.quick : stale.full;
    const taken = await playStale(twins.relay.url, twins.admin, trials);
    for (const seen of taken) log(`  taken: ${seen}`);
    return [
      {
        fault: "a cloned host: the relay goes from one to the other with commands under way",
        trials: commands,
        violations: counted(["ranTwice", "untrue", "stuck"], broken),
        notes: `${count} changes; ${refused} failed as not known to have run; seed ${seed}`,
      },
      {
        fault: "reports of an instance that was replaced",
        trials,
        violations: { taken: taken.length },
      },
    ];
  },
};

export default clone;
