import { expect, test } from "vitest";
import { plan } from "./migration-plan.ts";

const migration = (name: string) => ({ name, sql: "", checksum: `sum of ${name}` });
const applied = (name: string, change = {}) => ({ name, checksum: `sum of ${name}`, finished: true, ...change });
const both = [migration("0001_a"), migration("0002_b")];

test.each([
  ["an empty database", [], ["0001_a", "0002_b"]],
  ["one behind", [applied("0001_a")], ["0002_b"]],
  ["up to date", [applied("0001_a"), applied("0002_b")], []],
  ["an earlier one was added later", [applied("0002_b")], ["0001_a"]],
])("%s: what is pending, in order", (_, rows, names) => {
  const decision = plan(both, rows);
  expect(decision.ok && decision.pending.map(({ name }) => name)).toEqual(names);
});

test.each([
  ["changed", applied("0001_a", { checksum: "other" }), "0001_a was changed after it was applied"],
  ["newer-database", applied("0003_c"), "Start the version that made it, or a later one"],
  ["unfinished", applied("0002_b", { finished: false }), "0002_b was begun and not finished"],
] as const)("refuses: %s", (reason, row, text) => {
  expect(plan(both, [row])).toMatchObject({ ok: false, reason, message: expect.stringContaining(text) });
});
