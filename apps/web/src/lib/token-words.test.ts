import { tokenProfiles } from "@signalbox/api/contracts";
import { expect, test } from "vitest";
import { endsWith, scopesInShort, tokenProfileWords, tokenState } from "./token-words.ts";

const now = Date.parse("2026-01-01T00:00:00.000Z");

test("[CON-48] a token is active, expired from its end on, or revoked", () => {
  const state = (expiresAt: string | null, revokedAt: string | null = null) =>
    tokenState({ expiresAt, revokedAt }, now);
  expect(state(null)).toBe("active");
  expect(state("2026-01-01T00:00:00.001Z")).toBe("active");
  expect(state("2026-01-01T00:00:00.000Z")).toBe("expired");
  expect(state("2026-01-01T00:00:00.000Z", "2025-12-31T00:00:00.000Z")).toBe("revoked");
  expect(Object.keys(tokenProfileWords)).toEqual([...tokenProfiles]);
  expect([scopesInShort(["*"]), scopesInShort(["agent:read"])]).toEqual(["everything", "1 scope"]);
});

test("[CON-61] what uses a token is said before it is revoked", () => {
  const of = (token: Partial<Parameters<typeof endsWith>[0]["token"]>, own = false) =>
    endsWith({ token: { profile: "operator", constraints: {}, uses: { hosts: [], sessions: 0 }, ...token }, own });
  expect(of({})).toEqual([]);
  expect(of({ uses: { hosts: [], sessions: 1 } }, true)).toEqual([
    "You are signed in with it: you will be signed out here",
    "1 open session of this console ends",
  ]);
  expect(of({ profile: "orchestrator", uses: { hosts: ["host-a"], sessions: 0 } })).toEqual([
    "Host host-a is registered with it: its connection closes, its agents go on running",
  ]);
  expect(of({ profile: "provider-agent", constraints: { agents: ["shell-abcdef"] } })).toEqual([
    "Agent shell-abcdef can reach the relay no more; its session goes on",
  ]);
});
