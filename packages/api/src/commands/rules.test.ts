import { expect, test } from "vitest";
import { CommandState, CommandType, type LandChange } from "../contracts/index.ts";
import { deadlineMs, late, step, type Timed } from "./rules.ts";

/** Rows: the state that is stored; columns, in the order of the states: what a report of each means. */
const transitions: Record<CommandState, string> = {
  pending: "repeat apply apply apply apply apply apply",
  delivered: "conflict repeat apply apply apply apply apply",
  running: "conflict conflict repeat apply apply apply apply",
  succeeded: "conflict conflict conflict repeat conflict conflict conflict",
  failed: "conflict conflict conflict conflict repeat conflict conflict",
  expired: "conflict conflict conflict conflict conflict repeat conflict",
  cancelled: "conflict conflict conflict conflict conflict conflict repeat",
};

test.each(CommandState.options)("[HST-26] from %s states go forward only, and a final one never changes", (from) => {
  expect(CommandState.options.map((to) => step(from, to)).join(" ")).toBe(transitions[from]);
});

const minute = 60_000;
const check = (timeoutSeconds: number) => ({ name: "test", command: "true", timeoutSeconds });
const changes = (n: number) => Array.from({ length: n }, () => ({}) as LandChange);
test.each<[CommandType, Timed, number]>([
  ["agent.spawn", {}, 10 * minute],
  ["agent.spawn", { queued: true }, 30 * minute],
  ["agent.restart", {}, 10 * minute],
  ["agent.shutdown", { graceSeconds: 0 }, minute],
  ["agent.shutdown", { graceSeconds: 120 }, 3 * minute],
  ["agent.compact", {}, 5 * minute],
  ["agent.interrupt", {}, minute / 2],
  ["workspace.land", {}, 10 * minute],
  ["workspace.land", { checks: [check(60), check(120)], checkRetries: 0, changes: changes(1) }, (10 + 3 * 3) * minute],
  ["workspace.land", { checks: [check(60)], checkRetries: 3, changes: changes(8) }, (10 + 3 * 4 * 4) * minute],
])("[HST-33] [WSP-11] %s with %o has %i ms", (type, params, ms) => {
  expect(deadlineMs(type, params)).toBe(ms);
  expect(CommandType.options).toContain(type);
});

test.each(["workspace.keep", "workspace.remove", "workspace.restore"] as const)(
  "[WSP-11] %s has 10 minutes",
  (type) => {
    expect(deadlineMs(type, {})).toBe(10 * minute);
  },
);

test("[HST-33] what nobody took expires, what was taken fails", () => {
  expect((["pending", "delivered", "running"] as const).map(late)).toEqual(["expired", "failed", "failed"]);
});
