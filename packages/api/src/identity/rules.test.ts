import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Constraints, excess, type Scope, scopes, within } from "../contracts/index.ts";
import { mayUse, refusal } from "./rules.ts";
import { checksum, readTokenText, tokenText } from "./token-text.ts";

test("[IDN-03] a token's text reads back, and any one changed character is noticed", () => {
  const text = tokenText("tok_01jdxxxxxxxxxxxxxxxxxxxxxx");
  expect(readTokenText(text)).toEqual({ tokenId: "tok_01jdxxxxxxxxxxxxxxxxxxxxxx" });
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.constantFrom(..."abcXYZ019_"), (at, char) => {
      fc.pre(text[at] !== char);
      expect(readTokenText(text.slice(0, at) + char + text.slice(at + 1))).toBeNull();
    }),
  );
  expect(checksum("")).toBe("000000");
});

describe("[IDN-19] directories are compared by path segment", () => {
  test.each([
    ["/a/b", "/a/b", true],
    ["/a/b/c", "/a/b", true],
    ["/a/bc", "/a/b", false],
    ["/a", "/a/b", false],
    ["/anything", "/", true],
    ["/a/b", "/a/b/", true],
    ["/a/b", "/a//./b", true],
    ["/a/../etc", "/a", false],
    ["/b/x", "/a/../b", true],
    ["/a/b/../c", "/a/b", false],
    ["/a/./b//c", "/a/b/", true],
    ["/a/\u0062\u0301", "/a/b", false],
  ])("%s in %s: %s", (path, directory, expected) => {
    expect(within(path, directory)).toBe(expected);
  });
});

test("[IDN-19] an absent list does not restrict, an empty one allows nothing", () => {
  expect(refusal({}, { orchestratorId: "a" })).toBeNull();
  expect(refusal({ orchestrators: [] }, { orchestratorId: "a" })).toMatchObject({ constraint: "orchestrators" });
  expect(refusal({ cwdPrefixes: ["/a"] }, { cwd: "/ab" })).toMatchObject({ constraint: "cwdPrefixes", value: "/ab" });
});

describe("[IDN-32] every constraint of the maker is repeated at least as tight", () => {
  const held: Constraints = {
    orchestrators: ["a", "b"],
    cwdPrefixes: ["/base/x"],
    maxSpawnedAgents: 2,
    expiresAt: "2026-01-02T00:00:00.000Z",
    logsRead: false,
  };
  const same = structuredClone(held);
  test.each<[string | null, Constraints]>([
    [null, same],
    [null, { ...same, orchestrators: ["b"], cwdPrefixes: ["/base/x/y"], maxSpawnedAgents: 1 }],
    [null, { ...same, orchestrators: [], expiresAt: "2026-01-01T00:00:00.000Z" }],
    ["orchestrators", { ...same, orchestrators: ["b", "c"] }],
    ["orchestrators", { ...same, orchestrators: undefined }],
    ["cwdPrefixes", { ...same, cwdPrefixes: ["/base/xy"] }],
    ["cwdPrefixes", { ...same, cwdPrefixes: ["/base/x/../y"] }],
    ["cwdPrefixes", { ...same, cwdPrefixes: undefined }],
    ["maxSpawnedAgents", { ...same, maxSpawnedAgents: 3 }],
    ["maxSpawnedAgents", { ...same, maxSpawnedAgents: undefined }],
    ["expiresAt", { ...same, expiresAt: "2026-01-02T00:00:00.001Z" }],
    ["expiresAt", { ...same, expiresAt: undefined }],
    ["logsRead", { ...same, logsRead: true }],
    ["logsRead", { ...same, logsRead: undefined }],
  ])("%s exceeds in %j", (key, constraints) => {
    const maker = { profile: "admin" as const, scopes: new Set<Scope>(["*"]), constraints: held };
    expect(excess(maker, { scopes: ["*"], constraints })).toBe(key && `constraint ${key}`);
  });
});

const anyScopes = fc.subarray([...scopes]);

test("[IDN-32] whatever a maker holds, what it may make opens nothing that the maker may not use", () => {
  fc.assert(
    fc.property(anyScopes, anyScopes, fc.constantFrom(...scopes), (held, wanted, needed) => {
      const maker = { profile: "operator" as const, scopes: new Set(held), constraints: {} };
      const made = excess(maker, { scopes: wanted, constraints: {} }) === null;
      fc.pre(made);
      if (mayUse(new Set<Scope>(wanted), [needed])) expect(mayUse(new Set<Scope>(held), [needed])).toBe(true);
    }),
  );
});
