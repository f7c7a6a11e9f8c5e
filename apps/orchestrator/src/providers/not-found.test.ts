import type { Provider } from "@signalbox/api/contracts";
import { expect, test } from "vitest";
import { agentBase } from "../env.ts";
import { adapterOf } from "./index.ts";

test.each<[Provider, string]>([
  ["claude", "no-such-claude"],
  ["codex", "no-such-codex"],
  ["shell", "no-such-bash"],
])("[HST-09] a host without the program of %s says so and what to do", async (provider, program) => {
  const surroundings = { env: agentBase({}), settings: { command: [program] }, rigsDir: "/nowhere" };
  expect(await adapterOf(provider)?.probe(surroundings)).toMatchObject({
    available: false,
    reason: `program not found: ${program}; install it for the orchestrator's user, or name it in orchestrator.json`,
    approvalModes: [],
  });
});
