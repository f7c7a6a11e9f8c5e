import type { CommandType } from "../packages/api/src/contracts/index.ts";
import { makeRest } from "./damage/at-rest.ts";
import { type Damage, damageOne, keepState } from "./damage/bytes.ts";
import { acts } from "./dies/acts.ts";
import { playPoint } from "./dies/play.ts";
import { pointsOf } from "./dies/points.ts";
import type { ChaosCase, ChaosRow } from "./harness.ts";
import { makeWorld } from "./kill-nine/world.ts";
import { armIn } from "./lib/arm.ts";
import { type Broken, counted, keepOutput, medianSeconds } from "./lib/broken.ts";
import { roundsOf } from "./lib/rounds.ts";
import { seeded } from "./random.ts";

const offsets = { quick: 10, full: 400 };
const middles = { quick: 5, full: 100 };
const rest = ["changed", "down"];
/** What damage must not bring about; that a start fails, and says so, it may. */
const middle = ["doubled", "landedTwice", "wrongHash", "corrupt", "orphaned", "untrue", "stuck", "down"];

const said = ({ file, how, offset }: Damage | { file: ""; how: ""; offset: 0 }) => `${file} ${how} at ${offset}`;

/** [HST-18, HST-30, HST-32]: one byte of a host's files, wrong or missing, makes it neither fail nor do anything again. */
const damage: ChaosCase = {
  name: "a damaged byte in the host's files",
  async run({ tmp, seed, quick, log }) {
    const random = seeded(seed);
    const rows: ChaosRow[] = [];
    const arm = armIn(tmp);
    let done: Damage | { file: ""; how: ""; offset: 0 } = { file: "", how: "", offset: 0 };
    let whileDown: (host: string) => void = () => undefined;
    await using world = await makeWorld(tmp, { env: arm.env, whileDown: ({ paths }) => whileDown(paths.host) });
    const programs = { relay: world.relay, orchestrator: world.orchestrator };
    const fresh = () => Object.values(programs).map((program) => program.written());

    const at = await makeRest(world);
    const before = await at.state();
    let putBack: (() => void) | null = null;
    whileDown = (host) => {
      putBack?.();
      putBack ??= keepState(host);
      done = damageOne(host, random);
    };
    const broken: Broken[] = [];
    const times: number[] = [];
    for (let round = 1; round <= roundsOf(quick, offsets); round += 1) {
      const from = performance.now();
      world.orchestrator.kill();
      await world.orchestrator.ready();
      const now = await at.changed(before);
      for (const seen of world.orchestrator.failures()) now.push({ promise: "down", seen });
      times.push(performance.now() - from);
      if (now.length || round % 20 === 0) log(`offset ${round}: ${said(done)}; ${now.length} broken`);
      for (const { promise, seen } of now) log(`  ${promise}: ${seen}`);
      if (now.length) log(`  output kept in ${keepOutput(programs, `offset-${round}`)}`);
      else fresh();
      broken.push(...now);
      if (now.length) break;
    }
    rows.push({
      fault: "a byte of a host's files changed or cut off, agents at work",
      trials: times.length,
      violations: counted(rest, broken),
      notes: `back after ${medianSeconds(times)} (median); seed ${seed}`,
    });
    at.end();

    const count = roundsOf(quick, middles);
    const points = (Object.keys(acts) as CommandType[]).flatMap((type) =>
      pointsOf(type, Math.ceil(count / Object.keys(acts).length), random),
    );
    const inMiddle: Broken[] = [];
    let asIfNothing = 0;
    for (const [i, point] of points.entries()) {
      whileDown = (host) => {
        done = damageOne(host, random, { recent: true });
        whileDown = () => undefined;
      };
      const all = await playPoint(world, arm, point, `damage-${i}`).catch((error: Error): Broken[] => [
        { promise: "stuck", seen: error.message },
      ]);
      const now = all.filter(({ promise }) => middle.includes(promise));
      if (all.length === 0) asIfNothing += 1;
      log(
        `${point.type} ${point.when} ${point.step} ${point.nth}, ${said(done)}: ${all.map(({ promise }) => promise)}`,
      );
      for (const { promise, seen } of now) log(`  ${promise}: ${seen}`);
      if (now.length) log(`  output kept in ${keepOutput(programs, `middle-${i}`)}`);
      else fresh();
      inMiddle.push(...now);
    }
    rows.push({
      fault: "the same, the host killed in the middle of a command",
      trials: points.length,
      violations: counted(middle, inMiddle),
      notes: `${asIfNothing} came out as if nothing had been; seed ${seed}`,
    });
    return rows;
  },
};

export default damage;
