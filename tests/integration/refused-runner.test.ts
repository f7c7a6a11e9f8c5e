import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readExit } from "../../apps/orchestrator/src/sessions/record.ts";
import { launch } from "../../apps/orchestrator/test/launch.ts";
import { scene } from "../../apps/orchestrator/test/scene.ts";
import { makeMachine } from "../support/machine.ts";
import { launchRelay, relayOf } from "../support/signalbox.ts";
import { until } from "../support/until.ts";

test("[HST-34] a runner whose token no longer counts begins nothing, and its session ends", async () => {
  await using machine = await makeMachine();
  const relay = await relayOf(launchRelay(machine));
  await using host = await scene();
  const { dir } = await launch(host, "touch begun", relay.url);
  const exit = await until("the runner's end", () => readExit(dir), { also: relay.output });
  expect(exit.end).toMatchObject({ exitCode: null, signal: "SIGTERM" });
  expect(existsSync(join(host.path, "begun"))).toBe(false);
  await relay.end();
});
