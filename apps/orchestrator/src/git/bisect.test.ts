import { runsToFindRed } from "@signalbox/api/contracts";
import { describe, expect, test } from "vitest";
import { nextProbe, type Probe } from "./bisect.ts";

/** Tests beginnings as the rule says until it knows; `green` says what the checks answer for a beginning. */
function played(changes: number, green: (length: number) => boolean) {
  const seen: Probe[] = [];
  for (;;) {
    const next = nextProbe(changes, seen);
    if (!("test" in next)) return { ...next, seen };
    expect(seen.map(({ length }) => length)).not.toContain(next.test);
    expect(next.test).toBeGreaterThan(0);
    expect(next.test).toBeLessThanOrEqual(changes);
    seen.push({ length: next.test, green: green(next.test) });
  }
}

test("[WSP-36] the end is tested first; green lands all with one test", () => {
  for (let changes = 1; changes <= 32; changes++) {
    expect(played(changes, () => true)).toEqual({
      lands: changes,
      red: null,
      seen: [{ length: changes, green: true }],
    });
  }
});

test("[WSP-36] the first red of a stack is found with at most 2 + log2(n) tests, and all before it lands", () => {
  for (let changes = 1; changes <= 64; changes++) {
    for (let culprit = 0; culprit < changes; culprit++) {
      const found = played(changes, (length) => length <= culprit);
      expect(found).toMatchObject({ lands: culprit, red: culprit });
      expect(found.seen.length).toBeLessThanOrEqual(2 + Math.log2(changes));
      expect(found.seen.length).toBeLessThanOrEqual(runsToFindRed(changes));
    }
  }
});

describe("[WSP-36] whatever the checks answer, also where a later change mends an earlier one or a check is unsteady", () => {
  test.each(Array.from({ length: 8 }, (_, i) => i + 1))("stacks of %i changes, every pattern of answers", (changes) => {
    for (let pattern = 0; pattern < 2 ** changes; pattern++) {
      const green = (length: number) => ((pattern >> (length - 1)) & 1) === 1;
      const { lands, red, seen } = played(changes, green);
      expect(seen.length).toBeLessThanOrEqual(2 + Math.log2(changes));
      // Only what was tested, and tested green, lands; and what is called red was tested red, right after it.
      if (lands > 0) expect(seen).toContainEqual({ length: lands, green: true });
      if (red === null) expect(lands).toBe(changes);
      else expect([red, seen.find(({ length }) => length === lands + 1)?.green]).toEqual([lands, false]);
    }
  });
});
