import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scene } from "../../test/scene.ts";
import { until } from "../until.ts";
import { type SessionRecord, writeRecord } from "./record.ts";
import { createSessions } from "./sessions.ts";

test("[HST-17] [HST-21] a session that starts while tmux's answer is under way has not ended", async () => {
  await using host = await scene();
  const [asked, answer, bin] = ["asked", "answer", "bin"].map((name) => join(host.path, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(bin);
  // The real tmux, whose answer takes its time, as on a machine with much to do.
  writeFileSync(
    join(bin, "tmux"),
    `#!/bin/bash\nsaid="$(PATH=${host.env.PATH} tmux "$@" 2>&1)"\ncode=$?\ntouch ${asked}\n` +
      `until [ -e ${answer} ]; do sleep 0.01; done\nif [ $code = 0 ]; then echo "$said"; else echo "$said" >&2; fi\nexit $code\n`,
  );
  chmodSync(join(bin, "tmux"), 0o755);
  const slow = { ...host.tmux, env: { ...host.env, PATH: `${bin}:${host.env.PATH}` } };
  const sessions = createSessions({ tmux: slow, directory: host.paths.sessions });
  const commandId = "cmd_1";
  const dir = sessions.dirOf(commandId);
  mkdirSync(dir, { recursive: true });
  const record: SessionRecord = {
    agentId: "shell-test",
    commandId,
    spawnRequestId: commandId,
    sessionName: `sb-${commandId}`,
    startedAt: "2026-01-01T00:00:00.000Z",
    relay: "http://127.0.0.1:1/",
    cwd: host.path,
    provider: "shell",
    approvalMode: "open",
    workspace: null,
    command: ["true"],
    hasPrompt: true,
    conversation: null,
    resumed: false,
    notes: [],
    tmuxSocket: host.tmux.socket,
    runnerSocket: join(host.path, "runner.sock"),
  };
  sessions.launching(commandId);
  await writeRecord(dir, record);
  const look = sessions.look();
  expect(await until(() => existsSync(asked), { withinMs: 10_000 })).toBe(true);
  await host.session("sleep 600", record.sessionName);
  sessions.launched(commandId);
  writeFileSync(answer, "");
  expect((await look).ended).toEqual([]);
  expect((await sessions.look()).live.map((one) => one.commandId)).toEqual([commandId]);
});
