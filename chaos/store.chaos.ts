import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { migrate, openDatabase } from "../packages/db/src/index.ts";
import { startCluster } from "../packages/db/src/testing/cluster.ts";
import type { Database } from "../packages/db/src/types.ts";
import type { ChaosCase, ChaosRow } from "./harness.ts";
import { type Broken, counted, medianSeconds } from "./lib/broken.ts";
import { roundsOf } from "./lib/rounds.ts";
import { type Random, seeded } from "./random.ts";
import { type Faults, faulty } from "./store/faulty.ts";
import { answered, playTalk, promises } from "./store/talk.ts";

const size = { agents: 5, messages: 50 };

/** The share of operations that fail is this much in the first seed, and grows with the seed, as a fraction. */
const shares = { low: 0.01, high: 0.05 };

async function opened(url: string): Promise<Database> {
  const database = await openDatabase(url);
  await migrate(database);
  return database;
}

/** One seed on a store whose operations fail by chance. */
async function playSeed(url: string, seed: number): Promise<{ broken: Broken[]; seen: Faults["seen"] }> {
  const database = await opened(url);
  const random = seeded(seed);
  const faults: Faults = { share: 0, seen: { threw: 0, late: 0, committedAndThrew: 0 } };
  const share = random.between(shares.low, shares.high);
  const onFaults = (on: boolean) => {
    faults.share = on ? share : 0;
  };
  const store = { ...faulty(database, faults, random), url };
  const { broken } = await playTalk({ ...size, faulty: store, plain: database, random, onFaults });
  await database.close();
  return { broken, seen: faults.seen };
}

/** Every connection of the database is ended by its server, again and again while messages are sent. */
async function playDrops(url: string, drops: number, random: Random) {
  const [database, beside] = [await opened(url), await openDatabase(url)];
  const recovered: number[] = [];
  let on = false;
  const end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> ";
  async function dropAll(): Promise<void> {
    while (on) {
      await delay(random.between(20, 200));
      const session = await answered(() => beside.session());
      const own = await session.rows("SELECT pg_backend_pid() AS pid");
      await session.rows(`${end}${Number(own[0]?.pid)}`);
      await session.close();
      const from = performance.now();
      while (
        !(await database.ping().then(
          () => true,
          () => false,
        ))
      )
        await delay(1);
      recovered.push(performance.now() - from);
    }
  }
  let dropping: Promise<void> = Promise.resolve();
  const onFaults = (now: boolean) => {
    on = now;
    if (now) dropping = dropAll();
    else return dropping;
  };
  const broken: Broken[] = [];
  let messages = 0;
  while (recovered.length < drops && broken.length === 0) {
    // Its own connections were ended as well.
    await answered(() => beside.write((tx) => tx.message.deleteMany()));
    await answered(() => beside.write((tx) => tx.agent.deleteMany()));
    await answered(() => database.ping());
    const played = await playTalk({ ...size, faulty: { ...database, url }, plain: beside, random, onFaults });
    broken.push(...played.broken);
    messages += played.messages;
  }
  await Promise.all([database.close(), beside.close()]);
  return { broken, recovered, messages };
}

/** What is acknowledged is there, once, however the store fails. */
const store: ChaosCase = {
  name: "the store fails",
  async run({ tmp, seed, quick, log }) {
    const cluster = await startCluster();
    const rows: ChaosRow[] = [];
    try {
      const seeds = roundsOf(quick, { quick: 3, full: 50 });
      const broken: Broken[] = [];
      const sum = { threw: 0, late: 0, committedAndThrew: 0 };
      for (let n = 0; n < seeds; n += 1) {
        const played = await playSeed(`file:${join(tmp, `seed-${n}.db`)}`, seed + n);
        broken.push(...played.broken);
        for (const kind of Object.keys(sum) as (keyof typeof sum)[]) sum[kind] += played.seen[kind];
        for (const { promise, seen } of played.broken.slice(0, 5)) log(`seed ${seed + n}: ${promise}: ${seen}`);
      }
      const kinds = `${sum.threw} threw at once, ${sum.late} after a while, ${sum.committedAndThrew} after the commit`;
      rows.push({
        fault: "1 to 5 % of the store's operations fail, sqlite",
        trials: seeds,
        violations: counted(promises, broken),
        notes: `${seeds * size.agents * size.messages} messages; ${kinds}`,
      });
      const drops = roundsOf(quick, { quick: 5, full: 100 });
      const dropped = await playDrops(cluster.url("postgres"), drops, seeded(seed));
      for (const { promise, seen } of dropped.broken.slice(0, 5)) log(`${promise}: ${seen}`);
      rows.push({
        fault: "every connection of the database ended, postgresql",
        trials: dropped.recovered.length,
        violations: counted(promises, dropped.broken),
        notes: `${dropped.messages} messages; answers again after ${medianSeconds(dropped.recovered)} (median)`,
      });
    } finally {
      await cluster.stop();
    }
    return rows;
  },
};

export default store;
