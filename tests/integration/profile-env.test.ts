import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ended } from "../support/agents.ts";
import { HOST, type Signalbox, startSignalbox } from "../support/signalbox.ts";

const secret = `shared-${crypto.randomUUID()}`;
let box: Signalbox;
beforeAll(async () => {
  box = await startSignalbox({ env: { SIGNALBOX_SHARE_REGISTRY_KEY: secret } });
});
afterAll(() => box?.[Symbol.asyncDispose]());

test("[HST-53] [HST-51] [SPN-33] a profile's variables reach the program, the host's own ones without passing through the relay", async () => {
  const { admin, machine } = box;
  await admin.profiles.put.mutate({ name: "build", env: { MODE: "fast", KEY: { host: "REGISTRY_KEY" }, LANG: "C" } });
  const file = join(machine.dir, "environment");
  const spawned = await admin.agents.spawn.mutate({
    provider: "shell",
    orchestratorId: HOST,
    cwd: machine.baseDir,
    workspaceMode: "shared",
    profile: "build",
    prompt: `env > '${file}'`,
  });
  await ended(box, spawned.agentId);
  const lines = readFileSync(file, "utf8").split("\n");
  expect(lines).toEqual(expect.arrayContaining(["MODE=fast", `KEY=${secret}`, "LANG=C"]));
  expect(lines.some((line) => line.startsWith("SIGNALBOX_SHARE_"))).toBe(false);
  const command = await admin.commands.get.query({ commandId: spawned.command.id });
  expect(command.params.agentProfile).toMatchObject({ env: { KEY: { host: "REGISTRY_KEY" } } });
  const told = await Promise.all([
    admin.agents.get.query({ agentId: spawned.agentId }),
    admin.activity.list.query({}),
    admin.orchestrators.list.query({}),
  ]);
  expect(JSON.stringify([command, told])).not.toContain(secret);
  expect(box.output()).not.toContain(secret);
});

test("[HST-53] [SPN-47] what the host does not share fails the start as provider_missing, naming it", async () => {
  const { admin, machine } = box;
  await admin.profiles.put.mutate({ name: "greedy", env: { KEY: { host: "OTHER_KEY" } } });
  const { agentId } = await admin.agents.spawn.mutate({
    provider: "shell",
    orchestratorId: HOST,
    cwd: machine.baseDir,
    workspaceMode: "shared",
    profile: "greedy",
    prompt: "true",
  });
  const agent = await ended(box, agentId);
  expect(agent).toMatchObject({ status: "failed", statusReason: { kind: "provider_missing" } });
  expect(agent.statusReason?.text).toContain("set SIGNALBOX_SHARE_OTHER_KEY");
});
