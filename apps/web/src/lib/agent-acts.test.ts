import { expect, test } from "vitest";
import { actsFor } from "./agent-acts.ts";
import type { AgentCard } from "./types.ts";

const acts = (status: AgentCard["status"], more: Partial<AgentCard> = {}) =>
  Object.fromEntries(
    actsFor({ status, provider: "claude", orchestratorId: "host-a", ...more } as AgentCard).map(({ act, refusal }) => [
      act,
      refusal,
    ]),
  );

test("[CON-20] [CON-07] an agent is shown with what can be done to it, and why something cannot", () => {
  const free = { interrupt: null, compact: null, restart: null, shutdown: null };
  expect(acts("busy")).toEqual(free);
  expect(acts("blocked")).toEqual(free);
  expect(acts("idle")).toEqual({ ...free, interrupt: "It is not in a turn" });
  expect(acts("busy", { provider: "shell" })).toEqual({ ...free, compact: "shell has no conversation to compact" });
  const starting = "It is being started";
  expect(acts("spawning")).toEqual({ interrupt: starting, compact: starting, restart: starting, shutdown: null });
  expect(acts("exited")).toEqual({ restart: null });
  expect(acts("failed")).toEqual({ restart: null });
  expect(Object.values(acts("online", { orchestratorId: null })).every((why) => why?.includes("by hand"))).toBe(true);
});
