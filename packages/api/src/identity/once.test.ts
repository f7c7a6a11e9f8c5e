import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { type Raced, raceForLinks, raceForSpawns, raceForTheLast } from "../testing/races.ts";
import { testRelay } from "../testing/relay.ts";

/** How often each race is run here; `npm run chaos -- once` runs the whole. */
const trials = 5;

const nothingBroken = ({ broken }: Raced) =>
  expect(Object.entries(broken).filter(([, count]) => count !== 0)).toEqual([]);

eachEngine("of 64 at once", (open, engine) => {
  test("[IDN-51] who redeem one sign-in link exactly one comes in", async () => {
    nothingBroken(await raceForLinks(await testRelay(await open()), trials));
    console.log(`${engine}: ${trials} sign-in links, each redeemed 64 times at once: one success each`);
  });

  test("[SPN-08, SPN-09, SPN-10] equal spawns one starts an agent, and another caller under the id is refused", async () => {
    nothingBroken(await raceForSpawns(await testRelay(await open()), trials));
    console.log(`${engine}: ${trials} request ids, each spawned 64 times at once: one agent and one command each`);
  });

  test("[IDN-36] two administrators that revoke each other leave one", async () => {
    nothingBroken(await raceForTheLast(await testRelay(await open()), trials));
  });
});
