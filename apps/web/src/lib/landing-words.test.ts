import { expect, test } from "vitest";
import { attemptInWords, checksInWords, redCheckOf, redReport, stepInWords } from "./landing-words.ts";

const since = "2026-01-01T00:00:00.000Z";
const now = { run: 1, workspaceIds: ["ws_1", "ws_2"], since };
const check = { name: "test", number: 2, of: 3, attempt: 1 };

test("[CON-33] what a landing does now: which check, which attempt, on how many of the batch", () => {
  expect(stepInWords(null, 2, 3)).toBe("Its host has it");
  expect(stepInWords({ ...now, step: "rebasing", check: null }, 2, 3)).toBe("Is being rebased");
  expect(stepInWords({ ...now, step: "checking", check }, 2, 3)).toBe("Check test (2 of 3)");
  expect(stepInWords({ ...now, step: "checking", run: 2, check: { ...check, attempt: 2 } }, 4, 3)).toBe(
    "Check test (2 of 3), attempt 2 on the first 2 changes, run 2",
  );
  expect(stepInWords({ ...now, step: "landing", check: null }, 2, 3)).toBe("Base is being moved");
});

test("[CON-34] what a landing was tested with, and how an attempt ended", () => {
  const attempt = { green: true, exitCode: 0, reason: "exit" as const, durationMs: 2_000, lastLines: [] };
  const green = { name: "test", green: true, attempts: [attempt] };
  const repeated = { ...green, attempts: [{ ...attempt, green: false, exitCode: 1 }, attempt] };
  expect(checksInWords({ checks: [], batch: ["ws_1"] })).toBe("landed without checks");
  expect(checksInWords({ checks: [green], batch: ["ws_1"] })).toBe("1 check green");
  expect(checksInWords({ checks: [green, repeated], batch: ["ws_1", "ws_2", "ws_3"] })).toBe(
    "2 checks green, 1 at a repeat · with 2 others",
  );
  expect(attemptInWords(attempt)).toMatch(/^green after 2 s/);
  expect(attemptInWords({ ...attempt, green: false, exitCode: null, reason: "timeout" })).toMatch(
    /^red, killed at its time/,
  );
});

test("[CON-33] the red check of a workspace, and its lines in the command's result", () => {
  const red = { check: "test", how: "exit code 1", commandId: "cmd_1", attempts: 1 };
  expect(redCheckOf({ checksFailed: red })).toEqual({ check: "test", how: "exit code 1", commandId: "cmd_1" });
  expect(redCheckOf({})).toBeNull();
  expect(redCheckOf({ checksFailed: "odd" })).toBeNull();
  const attempt = { green: false, exitCode: 1, reason: "exit", durationMs: 5, lastLines: ["no"] };
  const report = { name: "test", green: false, attempts: [attempt] };
  const changes = [
    { outcome: "again", workspaceId: "ws_1" },
    { outcome: "checks_failed", workspaceId: "ws_2", commit: "c", base: "b", checks: [report] },
  ];
  expect(redReport({ changes }, "ws_2")).toEqual(report);
  expect(redReport({ changes }, "ws_1")).toBeNull();
  expect(redReport({ changes: "odd" }, "ws_1")).toBeNull();
  expect(redReport(null, "ws_1")).toBeNull();
});
