import { expect, test } from "vitest";
import { codexProgram } from "../../../test/codex-program.ts";
import { temporary } from "../../../test/scene.ts";
import { codex } from "../codex.ts";

const surroundings = (command: string[], models?: string[]) => ({
  env: { PATH: process.env.PATH ?? "" },
  settings: { command, ...(models ? { models } : {}) },
  rigsDir: "/nowhere",
});

test("[HST-09] codex is offered with its version, every mode and the models that it lists, the best one first", async () => {
  using dir = temporary();
  expect(await codex.probe(surroundings(codexProgram(dir.path).command))).toEqual({
    provider: "codex",
    available: true,
    reason: null,
    version: "0.169.0",
    approvalModes: ["plan", "guarded", "auto-edit", "open"],
    models: [
      { alias: "big", model: "big", efforts: ["low", "high"], default: true },
      { alias: "old", model: "old", efforts: [], default: false },
    ],
  });
});

test("[HST-09] the models that the host's owner named are offered in place of its own", async () => {
  using dir = temporary();
  const offer = await codex.probe(surroundings(codexProgram(dir.path).command, ["mine", "big"]));
  expect(offer.models).toEqual([
    { alias: "mine", model: "mine", efforts: [], default: true },
    { alias: "big", model: "big", efforts: ["low", "high"], default: false },
  ]);
});

test("[HST-55] where its sandbox does not run, only open is offered, and the reason is", async () => {
  using dir = temporary();
  const { command } = codexProgram(dir.path, { sandboxFails: "bwrap: No permissions to create a new namespace" });
  const offer = await codex.probe(surroundings(command));
  expect(offer.approvalModes).toEqual(["open"]);
  expect(offer.unavailableModes?.map(({ mode }) => mode)).toEqual(["plan", "guarded", "auto-edit"]);
  expect(offer.unavailableModes?.[0]?.reason).toMatch(/sandbox does not run here: bwrap: No permissions/);
});

test("[HST-09] a program that is missing, is another or is too old is not available, with the reason", async () => {
  using dir = temporary();
  const missing = await codex.probe(surroundings(["/nowhere/codex"]));
  expect(missing).toMatchObject({
    available: false,
    version: null,
    reason: expect.stringMatching(/^program not found: \/nowhere\/codex;/),
  });
  const other = await codex.probe(surroundings(["/bin/echo"]));
  expect(other).toMatchObject({
    available: false,
    reason: expect.stringMatching(/^\/bin\/echo did not answer as codex/),
  });
  const old = await codex.probe(surroundings(codexProgram(dir.path, { version: "0.99.4" }).command));
  expect(old).toMatchObject({
    available: false,
    version: "0.99.4",
    reason: expect.stringMatching(/older than 0\.169\.0/),
  });
  const next = await codex.probe(surroundings(codexProgram(dir.path, { version: "0.170.0-alpha.1" }).command));
  expect(next.available).toBe(true);
});
