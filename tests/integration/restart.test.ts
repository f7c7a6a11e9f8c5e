import { expect, test } from "vitest";
import { ended, spawnShell } from "../support/agents.ts";
import { signIn, whoamiBy } from "../support/browser.ts";
import { launchRelay, startSignalbox } from "../support/signalbox.ts";

test("[IDN-52, HST-17] a relay that starts again on the same home knows its people, hosts, agents and tokens", async () => {
  await using box = await startSignalbox();
  const { admin, machine, relay } = box;
  const { cookie } = await signIn(relay);
  const before = await whoamiBy(cookie, relay);
  expect(before).toMatchObject({ kind: "person", profile: "admin" });
  const agentId = await spawnShell(box, { cwd: machine.baseDir, workspaceMode: "shared", prompt: "sbx result done" });
  const agent = await ended(box, agentId);
  expect(agent.result).toBe("done");

  await relay.end("SIGTERM");
  await box.restartRelay();
  expect(await whoamiBy(cookie, relay)).toEqual(before);
  expect(await admin.agents.get.query({ agentId })).toEqual(agent);
  expect((await admin.orchestrators.list.query({})).items.map(({ id }) => id)).toEqual(["host-it"]);
  // The first start's link works once, also on the second start.
  expect((await signIn(relay)).status).toBe(401);

  const second = launchRelay(machine);
  expect(await second.ended).toMatchObject({ code: 1 });
  const says = `signalbox: PORT: ${machine.port} on 127.0.0.1 is in use; stop what uses it or set another PORT`;
  expect(second.output().trimEnd().split("\n").at(-1)).toBe(says);
  expect(second.output()).not.toMatch(/\bat .*:\d+:\d+/);
  expect(await whoamiBy(cookie, relay)).toEqual(before);
  // Whoever reads the log need not wonder what Node means.
  expect(box.output()).not.toMatch(/Warning/);
});
