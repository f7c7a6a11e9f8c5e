import { expect, test } from "vitest";
import { testArgs } from "./args.mjs";
import { testEnv } from "./environment.mjs";
import { exitCode, fromPlaywright, settled, sum, summary } from "./totals.mjs";

test("nothing of a real relay, database, account or tmux reaches the tests", () => {
  const env = {
    PATH: "/bin",
    HOME: "/root",
    PORT: "1",
    SIGNALBOX_HOME: "x",
    RELAY_TOKEN: "x",
    ANTHROPIC_API_KEY: "x",
    CLAUDECODE: "1",
    TMUX: "x",
  };
  expect(testEnv(env)).toEqual({ PATH: "/bin", HOME: "/root" });
});

test("filters choose the runner", () => {
  expect(testArgs([])).toEqual({ unit: true, e2e: true, filters: [] });
  expect(testArgs(["--only", "e2e", "x"])).toEqual({ unit: false, e2e: true, filters: ["x"] });
  expect(testArgs(["tests/e2e/spawn"])).toMatchObject({ unit: false, e2e: true });
  expect(testArgs(["packages/db"])).toMatchObject({ unit: true, e2e: false });
  expect(() => testArgs(["--only", "slow"])).toThrow(/unit or e2e/);
});

test("a browser report is counted with the reasons of what was skipped", () => {
  const spec = (title, status, annotations = []) => ({ title, tests: [{ status, annotations }] });
  const inner = { specs: [spec("b", "unexpected"), spec("c", "skipped", [{ type: "skip", description: "no Redis" }])] };
  const report = { suites: [{ specs: [spec("a", "expected")], suites: [inner] }], errors: [{}] };
  expect(fromPlaywright(report)).toEqual({ passed: 1, failed: 2, skipped: [{ name: "c", reason: "no Redis" }] });
});

test("a runner that crashed is a failure, and a run of nothing is red", () => {
  expect(settled(undefined, 0)).toMatchObject({ failed: 1 });
  expect(settled({ passed: 3, failed: 0, skipped: [] }, 1)).toMatchObject({ passed: 3, failed: 1 });
  expect(settled({ passed: 3, failed: 2, skipped: [] }, 1)).toMatchObject({ failed: 2 });
  expect([
    exitCode({ passed: 1, failed: 0 }),
    exitCode({ passed: 1, failed: 1 }),
    exitCode({ passed: 0, failed: 0 }),
  ]).toEqual([0, 1, 1]);
});

test("the last line is the sum, the line before it what was skipped", () => {
  const total = sum([
    { passed: 2, failed: 0, skipped: [{ name: "x", reason: "no Redis" }] },
    { passed: 1, failed: 1, skipped: [{ name: "y" }] },
  ]);
  expect(summary(total).split("\n").slice(1)).toEqual([
    "  skipped: x (no Redis)",
    "  skipped: y (no reason given)",
    "2 skipped",
    "3 passed, 1 failed",
  ]);
  expect(summary(total, true)).not.toContain("skipped: y");
});
