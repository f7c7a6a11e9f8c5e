import { expect, test } from "vitest";
import { spawnSteps } from "./spawn-steps.ts";
import type { Command } from "./types.ts";

const at = "2026-01-01T10:00:00.000Z";
const spawning = { status: "spawning", epoch: 0, statusSince: at } as const;
const command = (part: Partial<Command>) =>
  ({ createdAt: at, deliveredAt: null, finishedAt: null, state: "pending", ...part }) as Command;
const states = (...input: Parameters<typeof spawnSteps>) => spawnSteps(...input).map(({ state }) => state);

test.each([
  ["accepted", command({}), ["done", "now", "ahead", "ahead"]],
  ["taken by the host", command({ state: "delivered", deliveredAt: at }), ["done", "done", "now", "ahead"]],
  [
    "session started",
    command({ state: "succeeded", deliveredAt: at, finishedAt: at }),
    ["done", "done", "done", "now"],
  ],
])("[CON-54] a start that is %s is not yet started", (_name, given, expected) => {
  expect(states(given, spawning)).toEqual(expected);
});

test("[CON-54] only a registered agent has started, even when the host's report comes later", () => {
  const agent = { ...spawning, status: "idle", epoch: 1 } as const;
  expect(states(command({ state: "running", deliveredAt: at }), agent)).toEqual(["done", "done", "done", "done"]);
});

test("[CON-54] a restarted agent has not started again because it was registered before", () => {
  const agent = { ...spawning, epoch: 1 } as const;
  expect(states(command({ state: "delivered", deliveredAt: at }), agent)).toEqual(["done", "done", "now", "ahead"]);
});

test("[CON-54] a failure stands at the step that was not reached", () => {
  const agent = { ...spawning, status: "failed" } as const;
  expect(states(command({ state: "failed", deliveredAt: at }), agent)).toEqual(["done", "done", "failed", "ahead"]);
});
