import { expect, test } from "vitest";
import { steadyClock } from "./clock.ts";

const hour = 3_600_000;

/** A machine whose clock can be set and that can sleep. */
function played() {
  let [wall, steady, up] = [Date.UTC(2026, 0, 1), 500, 90_000];
  const clock = steadyClock({ wall: () => wall, steady: () => steady, up: () => up });
  const from = clock.now().getTime();
  return {
    passed: () => clock.now().getTime() - from,
    set(ms: number) {
      wall += ms;
    },
    run(ms: number, drift = 0) {
      wall += ms + drift;
      steady += ms;
      up += ms;
    },
    sleep(ms: number) {
      wall += ms;
      up += ms;
    },
  };
}

test.each([hour, -hour, 24 * hour, -24 * hour])(
  "[HST-11] [HST-33] a machine's clock set by %d ms changes neither what has passed nor the order of times",
  (step) => {
    const one = played();
    one.run(10_000);
    expect(one.passed()).toBe(10_000);
    one.set(step);
    expect(one.passed()).toBe(10_000);
    let last = one.passed();
    for (let second = 0; second < 600; second += 1) {
      one.run(1_000);
      expect(one.passed()).toBeGreaterThan(last);
      last = one.passed();
    }
    expect(Math.abs(last - 610_000)).toBeLessThan(1_000);
  },
);

test("[HST-11] a machine's sleep has passed, and a clock that is a little off is followed", () => {
  const one = played();
  one.run(5_000);
  one.sleep(8 * hour);
  one.run(2_000);
  expect(one.passed()).toBe(8 * hour + 7_000);
  for (let second = 0; second < 1_000; second += 1) one.run(1_000, 0.5);
  // Times are whole milliseconds, and the difference is made up for once a second.
  one.passed();
  expect(one.passed() - (8 * hour + 7_000 + 1_000_000)).toBeGreaterThan(-2);
});
