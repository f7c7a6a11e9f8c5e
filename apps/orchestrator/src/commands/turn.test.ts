import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "@signalbox/api/contracts";
import { expect, test } from "vitest";
import { command, firstAttempt, scene } from "../../test/scene.ts";
import { makeSessionDir, writeRecord } from "../sessions/record.ts";
import { until } from "../until.ts";
import type { Begun } from "./handler.ts";
import { compact, interrupt } from "./turn.ts";

const task = <T extends "agent.interrupt" | "agent.compact">(type: T, begun: Begun = "never") => ({
  command: command(type, {}) as Command,
  params: { agentId: "shell-test", sessionName: "sb-cmd_test" },
  ...firstAttempt(),
  begun,
});

test("[SPN-60] [HST-54] [HST-30] interrupting shell is SIGINT to the whole process group", async () => {
  await using host = await scene();
  const [ready, seen] = [join(host.path, "ready"), join(host.path, "seen")];
  await host.session(`trap 'touch ${seen}' INT; touch ${ready}; while :; do sleep 0.1; done`);
  const dir = host.sessions.dirOf("cmd_test");
  await makeSessionDir(dir);
  await writeRecord(dir, {
    agentId: "shell-test",
    commandId: "cmd_test",
    spawnRequestId: "sp_1",
    sessionName: "sb-cmd_test",
    startedAt: new Date().toISOString(),
    relay: "http://127.0.0.1:9",
    cwd: host.path,
    provider: "shell",
    approvalMode: "open",
    workspace: null,
    command: [],
    hasPrompt: true,
    conversation: null,
    resumed: false,
    notes: [],
    tmuxSocket: host.tmux.socket,
    runnerSocket: "",
  });
  expect(await until(async () => existsSync(ready), { withinMs: 10_000 })).toBe(true);
  expect(await interrupt(host.sessions).run(task("agent.interrupt"))).toEqual({ interrupted: true });
  expect(await until(async () => existsSync(seen), { withinMs: 10_000 })).toBe(true);
  // Once it may have been told nobody can see whether it was, and a second time might hit the next turn.
  for (const attempt of [{ progress: [{ interrupting: true }] }, { begun: "unknown" as const }]) {
    const again = interrupt(host.sessions).run({ ...task("agent.interrupt", "here"), ...attempt });
    await expect(again).rejects.toThrow(/restarted in the middle/);
  }
});

test("[SPN-60] a session that has gone has no turn to end", async () => {
  await using host = await scene();
  expect(await interrupt(host.sessions).run(task("agent.interrupt"))).toEqual({ interrupted: false });
});

test("[SPN-59] a session that is not here cannot be compacted, and one that a crash interrupted is not compacted twice", async () => {
  await using host = await scene();
  const one = task("agent.compact");
  await expect(compact(host.sessions).run(one)).rejects.toThrow(/sb-cmd_test is not on this host/);
  one.progress.push({ compacting: true });
  await expect(compact(host.sessions).run(one)).rejects.toThrow(/restarted in the middle/);
});
