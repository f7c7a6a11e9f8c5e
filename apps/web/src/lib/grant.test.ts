import { grantFor } from "@signalbox/api/contracts";
import { expect, test } from "vitest";
import { grantInWords, limitsInWords } from "./grant.ts";

const usual = /^Use the relay's tools/;

test("[CON-52] without a profile an agent uses the tools and starts nobody", () => {
  expect(grantInWords(grantFor(null, null))).toEqual([expect.stringMatching(usual), "Start no agents"]);
});

test("[CON-52] [CON-20] quota, top level and extra scopes are said in words, each once", () => {
  const profile = { maxSpawnedAgents: 3, spawnTopLevel: true, extraScopes: ["logs:read", "activity:read"] } as const;
  expect(grantInWords(grantFor(profile, null))).toEqual([
    expect.stringMatching(usual),
    "Start up to 3 children at a time, and shut them down",
    "Read logs of agents",
    "Read who did what",
    "Start agents that are nobody's children",
  ]);
  expect(grantInWords(grantFor({ maxSpawnedAgents: 1 }, null))[1]).toBe("Start one child at a time, and shut it down");
});

test("[CON-20] a grant that lacks a usual scope names what it has, and an unknown scope by its name", () => {
  const scopes = ["agent:read", "later:read"] as never;
  expect(grantInWords({ scopes, maxSpawnedAgents: 0 })).toEqual([
    "See agents and workspaces",
    "later:read",
    "Start no agents",
  ]);
});

test("[CON-20] where it may act comes from the constraints", () => {
  expect(limitsInWords({ orchestrators: ["host-a"], cwdPrefixes: ["/srv/app"] })).toEqual([
    "Only on host-a",
    "Only in /srv/app and below",
  ]);
  expect(limitsInWords({})).toEqual([]);
});
