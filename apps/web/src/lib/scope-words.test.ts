import { agentScopes, extraScopes, grantFor, scopes } from "@signalbox/api/contracts";
import { expect, test } from "vitest";
import {
  grantInShort,
  grantInWords,
  scopeGroups,
  scopeInWords,
  scopesByGroup,
  wholeGrantInWords,
} from "./scope-words.ts";

test("[CON-49] every scope has words of its own, in exactly one group", () => {
  const grouped = scopeGroups.flatMap((group) => Object.keys(group.scopes));
  expect(grouped.toSorted()).toEqual(scopes.filter((scope) => scope !== "*").toSorted());
  expect(new Set(scopes.map(scopeInWords)).size).toBe(scopes.length);
});

test("[CON-41] a grant in words, when a person asks and when an agent asks", () => {
  const profile = { maxSpawnedAgents: 3, spawnTopLevel: true, extraScopes: ["logs:read"] as const };
  expect(grantInWords(grantFor(profile, null), agentScopes)).toEqual([
    "Have up to 3 live children, and shut them down",
    "Start agents that are nobody's children",
    "Read logs",
  ]);
  expect(grantInWords(grantFor(profile, new Set(extraScopes)), agentScopes)).toEqual(["Start no agents", "Read logs"]);
  expect(grantInWords(grantFor(null, null), agentScopes)).toEqual(["Start no agents"]);
  expect(grantInWords(grantFor({ maxSpawnedAgents: 1 }, null), agentScopes)).toEqual([
    "Have up to 1 live child, and shut them down",
  ]);
});

test("[CON-20] [CON-52] a whole grant says first what every agent may do, if it may", () => {
  const [usual, ...more] = wholeGrantInWords(grantFor({ extraScopes: ["logs:read"] }, null), agentScopes);
  expect(usual).toMatch(/^Use the relay's tools/);
  expect(more).toEqual(["Start no agents", "Read logs"]);
  const less = { scopes: ["agent:read" as const], maxSpawnedAgents: 0 };
  expect(wholeGrantInWords(less, agentScopes)).toEqual(["Start no agents", "See agents and workspaces"]);
});

test("a grant in short names only what a profile adds", () => {
  expect(grantInShort({})).toBe("nothing more");
  expect(grantInShort({ maxSpawnedAgents: 1, spawnTopLevel: true })).toBe("1 child · top level");
  expect(grantInShort({ maxSpawnedAgents: 4, extraScopes: ["logs:read", "policy:read"] })).toBe(
    "4 children · 2 more scopes",
  );
});

test("scopes are told by what they are about; unknown ones by their name", () => {
  expect(scopesByGroup(["*"])).toEqual([{ about: "Everything", words: "every call there is, now and later" }]);
  expect(scopesByGroup(["message:send", "agent:read", "new:thing" as never])).toEqual([
    { about: "Agents", words: "see agents and workspaces" },
    { about: "Messages", words: "send messages" },
    { about: "Other", words: "new:thing" },
  ]);
});
