import type { ProviderOffer } from "@signalbox/api/contracts";
import { expect, test } from "vitest";
import { createOffers } from "./offers.ts";

const shell: ProviderOffer = { provider: "shell", available: true, reason: null, version: "5.2", approvalModes: [] };
const gone: ProviderOffer = { ...shell, available: false, reason: "bash not found", version: null };

test("[HST-09] the relay is told of what changed, once, and again until it has heard", async () => {
  let found = [shell];
  let connected = true;
  const told: ProviderOffer[][] = [];
  const offers = createOffers({
    probe: async () => found,
    tell: async (changed) => {
      if (connected) told.push(changed);
      return connected;
    },
  });
  await offers.again();
  expect(told).toEqual([]);
  expect(await offers.now()).toEqual([shell]);
  await offers.again();
  expect(told).toEqual([]);
  found = [gone];
  connected = false;
  await offers.again();
  connected = true;
  await Promise.all([offers.again(), offers.again()]);
  await offers.again();
  expect(told).toEqual([[gone]]);
});
