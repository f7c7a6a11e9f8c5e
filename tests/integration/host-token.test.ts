import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listSessions } from "../../apps/orchestrator/src/tmux/sessions.ts";
import { ended, spawnShell } from "../support/agents.ts";
import { refusal } from "../support/client.ts";
import { HOST, launchOrchestrator, startSignalbox } from "../support/signalbox.ts";
import { until } from "../support/until.ts";

test("[IDN-36, IDN-37] revoking a host's token ends its connection and no session; the last administrator stays", async () => {
  await using box = await startSignalbox();
  const { admin, machine } = box;
  const go = join(machine.dir, "go");
  const here = join(machine.dir, "here");
  const prompt = `touch '${here}'\nuntil [ -e '${go}' ]; do sleep 0.1; done\nsbx result survived`;
  const agentId = await spawnShell(box, { cwd: machine.baseDir, workspaceMode: "shared", prompt });
  await until("the script to wait", () => existsSync(here), { also: box.output });
  const sessions = async () => (await listSessions(machine.tmux)).map((one) => one.agentId);
  expect(await sessions()).toEqual([agentId]);

  const { items } = await admin.tokens.list.query({ profile: "orchestrator", state: "active" });
  expect(items).toHaveLength(1);
  await admin.tokens.revoke.mutate({ tokenId: items[0]?.id ?? "" });
  // It may not come back with that token, and says so; its agent goes on.
  const refused = () => box.orchestrator.output().includes("the relay refuses this host: This token was revoked");
  await until("the host to be cut off and refused", refused, { also: box.output });
  const away = await refusal(admin.orchestrators.directories.query({ orchestratorId: HOST }));
  expect(away).toMatchObject({ code: "Unavailable", message: expect.stringContaining(HOST) });
  expect(await sessions()).toEqual([agentId]);
  const status = async () => (await admin.agents.get.query({ agentId })).status;
  expect(["online", "idle", "busy"]).toContain(await status());

  await box.orchestrator.end("SIGTERM");
  const constraints = { orchestrators: [HOST] };
  const { text } = await admin.tokens.create.mutate({ name: "again", profile: "orchestrator", constraints });
  const orchestrator = launchOrchestrator(machine, { relay: box.relay.url, token: text });
  await orchestrator.told("ready");
  expect(await sessions()).toEqual([agentId]);
  writeFileSync(go, "");
  expect(await ended(box, agentId)).toMatchObject({ status: "exited", result: "survived" });
  await orchestrator.end("SIGTERM");

  const { tokenId } = await admin.auth.whoami.query({});
  const kept = await refusal(admin.tokens.revoke.mutate({ tokenId: tokenId ?? "" }));
  expect(kept).toMatchObject({ code: "Conflict", next: "Make another administrator first." });
  await expect(admin.auth.whoami.query({})).resolves.toMatchObject({ profile: "admin" });
});
