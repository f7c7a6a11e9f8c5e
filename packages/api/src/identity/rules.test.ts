import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Scope, scopes } from "../contracts/index.ts";
import { excess, mayUse, refusal, within } from "./rules.ts";
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
