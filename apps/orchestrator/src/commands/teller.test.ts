import type { LandingProgress } from "@signalbox/api/contracts";
import { expect, test } from "vitest";
import { Cancelled } from "../failure.ts";
import { until } from "../until.ts";
import type { CommandDesk } from "./loop.ts";
import { teller } from "./teller.ts";

const at = (run: number): LandingProgress => ({ step: "checking", run, workspaceIds: [], check: null });

/** A relay that answers one report at a time, when it is let. */
function desk(verdict: Awaited<ReturnType<CommandDesk["report"]>>) {
  const told: number[] = [];
  const waiting: (() => void)[] = [];
  const report: CommandDesk["report"] = async (step) => {
    if (step.state === "running") told.push(step.progress?.run ?? 0);
    await new Promise<void>((resolve) => void waiting.push(resolve));
    return verdict;
  };
  return { told, answer: () => waiting.shift()?.(), desk: { report, stateOf: async () => null } };
}

test("[WSP-31] [WSP-44] while the relay is away nothing piles up: it is told the newest when it is back", async () => {
  const relay = desk("taken");
  const stop = new AbortController();
  const tell = teller(relay.desk, "cmd_1", stop);
  for (const run of [1, 2, 3, 4]) tell(at(run));
  relay.answer();
  expect(await until(() => relay.told.length === 2, { withinMs: 5_000 })).toBe(true);
  relay.answer();
  expect(relay.told).toEqual([1, 4]);
  tell(at(5));
  expect(await until(() => relay.told.length === 3, { withinMs: 5_000 })).toBe(true);
  expect(stop.signal.aborted).toBe(false);
});

test.each(["late", "unknown"] as const)(
  "[WSP-31] a relay that has given the landing up (%s) ends it here",
  async (verdict) => {
    const relay = desk(verdict);
    const stop = new AbortController();
    teller(relay.desk, "cmd_1", stop)(at(1));
    relay.answer();
    expect(await until(() => stop.signal.aborted, { withinMs: 5_000 })).toBe(true);
    expect(stop.signal.reason).toBeInstanceOf(Cancelled);
  },
);
