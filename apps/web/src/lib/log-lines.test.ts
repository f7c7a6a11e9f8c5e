import { expect, test } from "vitest";
import { continued, marked, mostRows, opened, preceded, readable } from "./log-lines.ts";
import type { LogPage } from "./types.ts";

const page = (lines: string[], more: Partial<LogPage> = {}): LogPage => ({
  lines,
  partial: null,
  skipped: false,
  more: false,
  cursor: "c.1.0.0",
  earlier: null,
  commandId: "c",
  ended: false,
  ...more,
});
const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, i) => String(from + i));

test("[HST-48] lines go on after the last and before the first, each with a key that stays", () => {
  const first = opened(page(["c", "d"], { earlier: "c.1.4.0", partial: "e" }));
  const on = continued(first, page(["e!"], { cursor: "c.1.9.0" }));
  const all = preceded(on, page(["a", "b"]));
  expect(all.rows.map(({ key, text }) => [key, text])).toEqual([
    [-2, "a"],
    [-1, "b"],
    [0, "c"],
    [1, "d"],
    [2, "e!"],
  ]);
  expect(all).toMatchObject({ partial: null, cursor: "c.1.9.0", earlier: null });
  expect(continued(all, page([], { partial: "?" })).rows).toBe(all.rows);
});

test("[HST-48] what is missing, and a restart, are said between the lines", () => {
  const log = continued(opened(page(["a"])), page(["z"], { skipped: true, commandId: "d" }));
  expect(log.rows.map(({ kind }) => kind)).toEqual(["line", "note", "note", "line"]);
  expect(log.rows[1]?.text).toMatch(/new session/);
  expect(log.rows[2]?.text).toMatch(/missing/);
});

test("a log that is followed for long lets its oldest rows go, and says so", () => {
  const log = continued(opened(page(numbers(mostRows), { earlier: "c.1.0.0" })), page(numbers(10, mostRows)));
  expect(log.rows.length).toBe(mostRows + 1);
  expect([log.rows[0]?.kind, log.rows[1]?.text, log.rows.at(-1)?.text]).toEqual(["note", "10", String(mostRows + 9)]);
  expect(log.earlier).toBeNull();
  expect(new Set(log.rows.map(({ key }) => key)).size).toBe(log.rows.length);
});

test.each<[string, string, string]>([
  ["an Error, error", "ERROR", "an [Error], [error]"],
  ["aaa", "a", "[a][a][a]"],
  ["a.b", ".", "a[.]b"],
  ["none", "x", "none"],
  ["none", "", "none"],
  ["İx error", "error", "İx error"],
])("%j with %j marked is %j", (text, search, seen) => {
  expect(
    marked(text, search)
      .map((part) => (part.hit ? `[${part.text}]` : part.text))
      .join(""),
  ).toBe(seen);
});

test.each([
  ['{"level":40,"time":"T","agentId":"a","n":1,"msg":"lost"}', "T  warn  lost  agentId=a  n=1"],
  ["{ no json", "{ no json"],
  ["plain", "plain"],
])("%j of a daemon reads %j", (text, seen) => {
  expect(readable(text)).toBe(seen);
});
