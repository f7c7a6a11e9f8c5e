import { join } from "node:path";
import {
  type Raced,
  raceForCancels,
  raceForLinks,
  raceForMessages,
  raceForSpawns,
  raceForTheLast,
} from "../packages/api/src/testing/races.ts";
import { testRelay } from "../packages/api/src/testing/relay.ts";
import { migrate, openDatabase } from "../packages/db/src/index.ts";
import { startCluster } from "../packages/db/src/testing/cluster.ts";
import type { ChaosCase, ChaosRow } from "./harness.ts";

const races = [
  { fault: "one sign-in link redeemed 64 times at once", run: raceForLinks, full: 200 },
  { fault: "one spawn request sent 64 times at once", run: raceForSpawns, full: 500 },
  { fault: "one message sent 64 times at once under one key", run: raceForMessages, full: 500 },
  { fault: "one command cancelled and reported 64 times at once", run: raceForCancels, full: 200 },
  { fault: "two administrators revoke each other at once", run: raceForTheLast, full: 200 },
];

/** [IDN-51, SPN-08, SPN-09, SPN-10, IDN-36, HST-35, MSG-36]: what may happen once happens once, however many ask for it together. */
const once: ChaosCase = {
  name: "once, whoever asks at once",
  async run({ tmp, quick, log }) {
    const cluster = await startCluster();
    const rows: ChaosRow[] = [];
    try {
      for (const url of [`file:${join(tmp, "relay.db")}`, cluster.url("postgres")]) {
        const database = await openDatabase(url);
        await migrate(database);
        for (const { fault, run, full } of races) {
          const from = performance.now();
          const { trials, broken }: Raced = await run(await testRelay({ ...database, url }), quick ? 10 : full);
          const seconds = ((performance.now() - from) / 1000).toFixed(1);
          log(`${database.engine}: ${fault}: ${trials} in ${seconds} s`);
          rows.push({ fault: `${fault}, ${database.engine}`, trials, violations: broken, notes: `${seconds} s` });
        }
        await database.close();
      }
    } finally {
      await cluster.stop();
    }
    return rows;
  },
};

export default once;
