import { expect, test } from "vitest";
import { ago, duration, fromNow } from "./time.ts";

const at = "2026-01-01T10:00:00.000Z";
const after = (seconds: number) => ago(at, Date.parse(at) + seconds * 1000);

test("[CON-63] times are relative, in the largest unit that fits", () => {
  expect([0, 4, 12, 59, 60, 3_599, 7_200, 86_400 * 3].map(after)).toEqual([
    "now",
    "now",
    "12s ago",
    "59s ago",
    "1m ago",
    "59m ago",
    "2h ago",
    "3d ago",
  ]);
});

test("a clock ahead of the relay's shows now, not the future", () => {
  expect(after(-30)).toBe("now");
});

test("durations have the two largest units", () => {
  expect([850, 4_200, 190_000, 7_500_000].map(duration)).toEqual(["850 ms", "4.2 s", "3 min 10 s", "2 h 5 min"]);
});

test("[CON-48] an end of life is told ahead and behind", () => {
  const seen = (secondsBefore: number) => fromNow(at, Date.parse(at) - secondsBefore * 1000);
  expect([86_400 * 30 - 9, 3_600 * 5, 80, 1, 0, -7_200].map(seen)).toEqual([
    "in 30 days",
    "in 5 hours",
    "in 1 minute",
    "in 1 second",
    "now",
    "2h ago",
  ]);
});
