import { setTimeout as delay } from "node:timers/promises";
import { until } from "../tests/support/until.ts";
import type { ChaosCase } from "./harness.ts";
import { type Broken, counted } from "./lib/broken.ts";
import { roundsOf } from "./lib/rounds.ts";
import { checkReceipts, crashesOf, promises, underWay } from "./messages/check.ts";
import { makeTalk } from "./messages/world.ts";
import { seeded } from "./random.ts";

/** Messages of one round; a full run is 100 of them. */
const perRound = 1_000;
const rounds = { quick: 1, full: 100 };

/** Pause between two faults, in milliseconds: long enough that something is done in between, by a hundred agents too. */
const pauses = { quick: { low: 200, high: 3_000 }, full: { low: 1_000, high: 15_000 } };
const settleWithinMs = 300_000;

/**
 * Agents write to each other while relay, runners and connections are killed. [MSG-38] [MSG-40] [MSG-44] [MSG-46]: nothing
 * accepted is lost, nothing is shown twice in a session, and no receipt claims more than the session's program was given.
 */
const messages: ChaosCase = {
  name: "messages while relay, runners and connections are killed",
  async run({ tmp, seed, quick, log }) {
    const random = seeded(seed);
    const between = quick ? pauses.quick : pauses.full;
    const size = quick ? { agents: 10, processes: 2 } : { agents: 100, processes: 5 };
    const total = perRound * roundsOf(quick, rounds);
    const from = performance.now();
    await using talk = await makeTalk(tmp, random, { ...size, quota: Math.ceil(total / size.agents) });
    const wanted = Math.ceil(total / size.agents) * size.agents;
    const crashes: Broken[] = [];
    const hasCrashed = () => crashes.push(...crashesOf(talk)) > 0;
    const done = { relay: 0, runners: 0, line: 0 };
    let told = 0;
    for (;;) {
      const accepted = talk.accepted().length;
      if (accepted >= wanted || hasCrashed()) break;
      if (performance.now() - told > 20_000) {
        told = performance.now();
        log(`${accepted} of ${wanted} accepted; killed ${done.relay} relays, ${done.runners} groups of runners`);
      }
      await delay(random.between(between.low, between.high));
      const what = random.pick(["relay", "runners", "runners", "line"] as const);
      if (what === "relay" && talk.relay.kill()) done.relay += 1;
      if (what === "runners" && random.pick(talk.sessions).kill()) done.runners += 1;
      if (what === "line") {
        talk.cable.become({ kind: "cut", from: ["host", "relay"] });
        await delay(random.between(between.low, between.high));
        talk.cable.become({ kind: "open" });
        done.line += 1;
      }
    }
    const sentMs = performance.now() - from;
    const settled = async () => hasCrashed() || (await underWay(talk).catch(() => -1)) === 0;
    await until("all to be given to a session", settled, { withinMs: settleWithinMs }).catch((error: Error) =>
      log(error.message),
    );
    // One that crashes may do so at each start: then there is no end to wait for, and nothing to compare.
    const none = { broken: [], onRung: {}, total: talk.accepted().length };
    const { broken: seenBroken, onRung, total: stored } = hasCrashed() ? none : await checkReceipts(talk);
    const broken = [...crashes, ...seenBroken];
    for (const { promise, seen } of broken.slice(0, 50)) log(`  ${promise}: ${seen}`);
    const kills = `${done.relay} kills of the relay, ${done.runners} of ${size.agents / size.processes} runners, ${done.line} cuts`;
    const ladder = Object.entries(onRung).map(([rung, count]) => `${count} ${rung}`);
    const rate = `${Math.round(wanted / (sentMs / 1000))} a second meanwhile`;
    return [
      {
        fault: `messages among ${size.agents} agents, relay, runners and line killed`,
        trials: stored,
        violations: counted(promises, broken),
        notes: `${kills}; ${rate}; in the end ${ladder.join(", ")}; seed ${seed}`,
      },
    ];
  },
};

export default messages;
