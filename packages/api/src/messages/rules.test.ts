import fc from "fast-check";
import { expect, test } from "vitest";
import { rungs } from "../contracts/index.ts";
import { nearest } from "./nearest.ts";
import { below, exchanges, isArrived, type Passed } from "./rules.ts";

const passed = (text: string): Passed[] => [...text].map((by) => (by === "." ? "person" : { by }));

test.each([
  ["", 0],
  ["aaaa", 0],
  ["ab", 1],
  ["aab", 1],
  ["abb", 1],
  ["abab", 2],
  ["abba", 2],
  ["aabbaabb", 3],
  ["abab.", 0],
  ["abab.ab", 1],
  ["a.b", 0],
])("[MSG-60] %j has %i exchanges", (text, count) => {
  expect(exchanges(passed(text))).toBe(count);
});

test("[MSG-60] however they write, an exchange takes a message from each, and a person begins anew", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a", "b", ".")), fc.array(fc.constantFrom("a", "b")), (before, after) => {
      const count = exchanges(passed(after.join("")));
      expect(count).toBeLessThanOrEqual(
        Math.min(...["a", "b"].map((who) => after.filter((one) => one === who).length)),
      );
      expect(exchanges(passed(`${before.join("")}.${after.join("")}`))).toBe(count);
    }),
  );
});

test("[MSG-40] a rung is above all before it and below none of them", () => {
  expect(rungs.map((rung) => below(rung).length)).toEqual([0, 1, 2, 3, 4]);
  expect(rungs.filter(isArrived)).toEqual(["injected", "seen", "answered"]);
});

test("[MSG-21] at most five near words, the nearest first, and none that has nothing in common", () => {
  expect(nearest("reveiwer", ["tester", "reviewer", "reviewer-2", "zzz"])).toEqual(["reviewer", "reviewer-2"]);
  expect(nearest("ab", ["ab1", "ab2", "ab3", "ab4", "ab5", "ab6"])).toHaveLength(5);
});
