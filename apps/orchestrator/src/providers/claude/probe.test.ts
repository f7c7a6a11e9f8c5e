import { expect, test } from "vitest";
import { claudeProgram } from "../../../test/claude-program.ts";
import { temporary } from "../../../test/scene.ts";
import type { ProviderSettings } from "../../config.ts";
import { probe } from "./probe.ts";

const env = { PATH: process.env.PATH ?? "" };

async function probed(behaviour: Parameters<typeof claudeProgram>[1] = {}, settings: ProviderSettings = {}) {
  using dir = temporary();
  const { command } = claudeProgram(dir.path, behaviour);
  return await probe({ env, settings: { command, ...settings }, rigsDir: "/rigs" });
}

test("[HST-09] [SPN-22] claude is offered with its version, all modes, and its own names of models", async () => {
  const offer = await probed();
  expect(offer).toMatchObject({
    provider: "claude",
    available: true,
    reason: null,
    version: "2.1.330",
    approvalModes: ["plan", "guarded", "auto-edit", "open"],
    unavailableModes: [],
  });
  expect(offer.models?.filter((model) => model.default).map(({ alias }) => alias)).toEqual(["default"]);
  expect(offer.models?.find(({ alias }) => alias === "opus")?.efforts).toContain("xhigh");
});

test("[HST-55] claude: a mode that the program refuses here, as it does for root, is not offered, and its words say why", async () => {
  const words = "--dangerously-skip-permissions cannot be used with root/sudo privileges for security reasons";
  const offer = await probed({ refusesOpen: words });
  expect(offer.approvalModes).toEqual(["plan", "guarded", "auto-edit"]);
  expect(offer.unavailableModes).toEqual([{ mode: "open", reason: words }]);
});

test("[SPN-22] claude: models of orchestrator.json take the place of the program's own, the first as default", async () => {
  const { models } = await probed({}, { models: ["claude-big-1", "claude-small-1"] });
  expect(models).toMatchObject([
    { alias: "claude-big-1", model: "claude-big-1", default: true },
    { alias: "claude-small-1", model: "claude-small-1", default: false },
  ]);
});

test.each<[string, string, boolean]>([
  ["2.1.249", "update it to 2.1.250 or later", false],
  ["1.9.999", "update it", false],
  ["2.1.250", "", true],
  ["2.2.0", "", true],
  ["3.0.0-beta.1", "", true],
])("[HST-09] claude %s", async (version, reason, available) => {
  const offer = await probed({ version });
  expect(offer).toMatchObject({ available, version });
  expect(offer.reason ?? "").toContain(reason);
});

test("[HST-09] claude that is not there, or is something else, is unavailable with what was tried", async () => {
  const missing = await probe({ env, settings: { command: ["/nowhere/claude"] }, rigsDir: "/rigs" });
  expect(missing).toMatchObject({ available: false, version: null, approvalModes: [] });
  expect(missing.reason).toContain("/nowhere/claude");
  const other = await probe({ env, settings: { command: ["echo", "hello"] }, rigsDir: "/rigs" });
  expect(other).toMatchObject({ available: false, reason: expect.stringContaining("hello") });
});
