import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "@signalbox/api/contracts";
import { expect, test } from "vitest";
import { startingHost } from "../../test/host.ts";
import { spawnParams } from "../../test/launch.ts";
import { command, silent } from "../../test/scene.ts";
import { openJournal } from "../journal.ts";
import { listSessions } from "../tmux/sessions.ts";
import { until } from "../until.ts";
import type { Handlers } from "./handler.ts";
import { type CommandDesk, createCommandLoop } from "./loop.ts";
import { restart } from "./restart.ts";
import { shutdown } from "./shutdown.ts";
import { spawn } from "./spawn.ts";

/** A host that carries commands out with a journal in that folder; answers what it reported. */
async function carrying(host: Awaited<ReturnType<typeof startingHost>>, folder: string, ...commands: Command[]) {
  const dir = join(host.path, folder);
  mkdirSync(dir, { recursive: true });
  const journal = await openJournal(join(dir, "journal.jsonl"), { now: () => new Date() });
  const said: Record<string, unknown>[] = [];
  const desk: CommandDesk = {
    stateOf: async () => "running",
    async report(step) {
      if (step.state !== "running") said.push({ ...step });
      return "taken";
    },
  };
  const handlers = {
    "agent.spawn": spawn(host.needs),
    "agent.restart": restart(host.needs),
    "agent.shutdown": shutdown(host.sessions),
  };
  const loop = createCommandLoop({ journal, handlers: handlers as unknown as Handlers, desk, log: silent });
  loop.resume();
  for (const one of commands) loop.take(one);
  expect(await until(() => loop.size() === 0, { withinMs: 30_000 })).toBe(true);
  await journal.close();
  return said;
}

const sessionsOf = async ({ tmux }: Awaited<ReturnType<typeof startingHost>>) =>
  (await listSessions(tmux)).map(({ name, pid }) => `${name} ${pid}`);

test("[HST-30] a host that lost its journal makes no second session and no second worktree", async () => {
  await using host = await startingHost();
  const params = spawnParams("sleep 60", { cwd: host.repo, workspaceMode: "isolated" });
  const start = command("agent.spawn", params);
  const [first] = await carrying(host, "before", start);
  const sessions = await sessionsOf(host);
  expect([first?.state, sessions.length]).toEqual(["succeeded", 1]);
  const [again] = await carrying(host, "lost", start);
  expect(again).toMatchObject({ state: "succeeded", result: { adopted: true } });
  expect(await sessionsOf(host)).toEqual(sessions);
  expect((await host.git("worktree", "list")).stdout.trim().split("\n")).toHaveLength(2);
});

test("[HST-30] a shutdown that a crash interrupted has succeeded when the session is gone, else it is carried out", async () => {
  await using host = await startingHost();
  const params = spawnParams("sleep 60", { cwd: host.repo, workspaceMode: "shared" });
  await carrying(host, "one", command("agent.spawn", params));
  const order = { agentId: params.agentId, sessionName: "sb-cmd_1", graceSeconds: 0 };
  const end = command("agent.shutdown", order, { id: "cmd_2", seq: 2 });
  const interrupted = async (folder: string) => {
    const dir = join(host.path, folder);
    mkdirSync(dir);
    const journal = await openJournal(join(dir, "journal.jsonl"), { now: () => new Date() });
    await journal.begin(end);
    await journal.close();
    return carrying(host, folder);
  };
  expect(await sessionsOf(host)).toHaveLength(1);
  expect(await interrupted("two")).toEqual([{ commandId: "cmd_2", state: "succeeded", result: { ended: true } }]);
  expect(await sessionsOf(host)).toEqual([]);
  expect(await interrupted("three")).toEqual([{ commandId: "cmd_2", state: "succeeded", result: { ended: true } }]);
});
