import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Command, CommandState } from "@signalbox/api/contracts";
import { expect, test } from "vitest";
import { startingHost } from "../../test/host.ts";
import { spawnParams, token } from "../../test/launch.ts";
import { end, loopIn, type Shutdown } from "../../test/loop.ts";
import { command, firstAttempt, temporary } from "../../test/scene.ts";
import { Cancelled } from "../failure.ts";
import { LinkClosed } from "../link/link.ts";
import { listSessions } from "../tmux/sessions.ts";
import { until } from "../until.ts";
import { restart } from "./restart.ts";
import { spawn } from "./spawn.ts";

/** The same command, as it comes once somebody cancels it. */
const cancelled = (one: Command): Command => ({ ...one, seq: one.seq + 100, cancelRequestedAt: one.createdAt });

/** A handler that runs until it is let go. */
function holding(handle: (signal: AbortSignal) => void = () => undefined) {
  const began: string[] = [];
  const releases: (() => void)[] = [];
  const handler: Shutdown = {
    async run({ command: { id }, signal }) {
      began.push(id);
      await new Promise<void>((resolve) => releases.push(resolve));
      handle(signal);
      return { ended: true };
    },
  };
  const hasBegun = (count: number) => until(() => releases.length === count, { withinMs: 5_000, everyMs: 5 });
  const release = () => {
    for (const run of releases.splice(0)) run();
  };
  return { handler, began, hasBegun, release };
}

test("[HST-35] what waits in the host is left undone at once, journaled and said, whatever it waits for", async () => {
  using dir = temporary();
  const held = holding();
  const host = await loopIn(dir.path, held.handler);
  host.loop.take(end("cmd_1"));
  host.loop.take(end("cmd_2"));
  expect(await held.hasBegun(1)).toBe(true);
  host.loop.take(cancelled(end("cmd_2")));
  expect(await until(() => host.said.includes("cmd_2 cancelled"), { withinMs: 5_000, everyMs: 5 })).toBe(true);
  expect([held.began, host.journal.get("cmd_2")?.outcome?.state]).toEqual([["cmd_1"], "cancelled"]);
  held.release();
  expect(await host.idle()).toBe(true);
  expect(host.said).toEqual(["cmd_1 running", "cmd_2 cancelled", "cmd_1 succeeded"]);
  await host.journal.close();
});

test("[HST-35] a running command that can be taken back ends as cancelled, another with its own outcome", async () => {
  using dir = temporary();
  for (const [name, handle, outcome] of [
    ["a", (signal: AbortSignal) => signal.throwIfAborted(), "cancelled"],
    ["b", () => undefined, "succeeded"],
  ] as const) {
    const held = holding(handle);
    const path = join(dir.path, name);
    mkdirSync(path);
    const host = await loopIn(path, held.handler);
    host.loop.take(end("cmd_1"));
    expect(await held.hasBegun(1)).toBe(true);
    host.loop.take(cancelled(end("cmd_1")));
    held.release();
    expect(await host.idle()).toBe(true);
    expect([host.said, host.journal.get("cmd_1")?.outcome?.state]).toEqual([
      ["cmd_1 running", `cmd_1 ${outcome}`],
      outcome,
    ]);
    await host.journal.close();
  }
});

test("[HST-35] a command that comes for the first time when it is cancelled already is never begun", async () => {
  using dir = temporary();
  const did: string[] = [];
  const host = await loopIn(dir.path, { run: async () => ({ ended: did.push("run") > 0 }) });
  host.loop.take(cancelled(end("cmd_1")));
  expect(await host.idle()).toBe(true);
  expect([host.said, did]).toEqual([["cmd_1 cancelled"], []]);
  // Said again after a lost answer: the same, from the journal.
  host.loop.take(cancelled(end("cmd_1")));
  expect(await host.idle()).toBe(true);
  expect(host.said).toEqual(["cmd_1 cancelled", "cmd_1 cancelled"]);
  await host.journal.close();
});

test("[HST-35] [HST-30] what a crash cut off is gone through once more, so that nothing of it is left", async () => {
  using dir = temporary();
  const before = await loopIn(dir.path, {});
  await before.journal.begin(end("cmd_1"));
  await before.journal.close();
  const seen: boolean[] = [];
  const states = new Map<string, CommandState>([["cmd_1", "running"]]);
  const run: Shutdown["run"] = async ({ signal }) => {
    seen.push(signal.aborted);
    signal.throwIfAborted();
    return { ended: true };
  };
  const host = await loopIn(dir.path, { run }, states);
  host.loop.resume();
  host.loop.take(cancelled(end("cmd_1")));
  expect(await host.idle()).toBe(true);
  expect([seen, host.said]).toEqual([[true], ["cmd_1 cancelled"]]);
  await host.journal.close();
});

/** What there is on a host of sessions, their directories, branches and worktrees. */
async function left(host: Awaited<ReturnType<typeof startingHost>>) {
  const branches = (await host.git("branch", "--list", "signalbox/*")).stdout.trim();
  const worktrees = (await host.git("worktree", "list")).stdout.trim().split("\n").length - 1;
  return [await listSessions(host.tmux), readdirSync(host.paths.sessions), branches, worktrees];
}
const nothing = [[], [], "", 0];

const spawning = (host: Awaited<ReturnType<typeof startingHost>>, signal = firstAttempt().signal) => ({
  command: command("agent.spawn", {}),
  params: spawnParams("sleep 60", { cwd: host.repo, workspaceMode: "isolated" }),
  ...firstAttempt(),
  signal,
});

test.each(["before its worktree is made", "once its worktree is made", "once it has its token"])(
  "[HST-35] a spawn that is cancelled %s leaves nothing behind",
  async (when) => {
    const stop = new AbortController();
    const cancel = () => stop.abort(new Cancelled());
    await using host = await startingHost(async () => {
      if (when === "once it has its token") cancel();
      return token;
    });
    const { announce } = host.needs;
    const needs = {
      ...host.needs,
      announce: async (report: Parameters<typeof announce>[0]) => {
        if (when === "once its worktree is made") cancel();
        await announce(report);
      },
    };
    if (when === "before its worktree is made") cancel();
    await expect(spawn(needs).run(spawning(host, stop.signal))).rejects.toBeInstanceOf(Cancelled);
    expect(host.announced).toHaveLength(when === "before its worktree is made" ? 0 : 1);
    expect(await left(host)).toEqual(nothing);
  },
);

test("[HST-35] a spawn whose session was started before somebody cancelled has succeeded", async () => {
  await using host = await startingHost();
  const { sessionName } = await spawn(host.needs).run(spawning(host));
  const again = await spawn(host.needs).run(spawning(host, AbortSignal.abort(new Cancelled())));
  expect([again.adopted, again.sessionName]).toEqual([true, sessionName]);
  expect(await listSessions(host.tmux)).toHaveLength(1);
});

test("[HST-34] [HST-35] a start that a crash cut off is taken back, also when only its worktree was made", async () => {
  await using host = await startingHost(() => Promise.reject(new LinkClosed("stopping")));
  const given = { ...spawnParams("sleep 60", { cwd: host.repo, workspaceMode: "isolated" }) };
  const task = { ...spawning(host), params: given };
  const cutOff = async () => {
    await expect(spawn(host.needs).run(task)).rejects.toBeInstanceOf(LinkClosed);
    expect((await left(host))[3]).toBe(1);
  };
  await cutOff();
  await spawn(host.needs).undo(task);
  expect(await left(host)).toEqual(nothing);
  await cutOff();
  const cancelledTask = { ...task, signal: AbortSignal.abort(new Cancelled()) };
  await expect(spawn(host.needs).run(cancelledTask)).rejects.toBeInstanceOf(Cancelled);
  expect(await left(host)).toEqual(nothing);
});

test("[HST-35] a restart is cancelled only while the earlier session is left alone, then it completes", async () => {
  await using host = await startingHost();
  const first = { ...spawning(host), command: command("agent.spawn", {}, { id: "cmd_1" }) };
  const { workspace, sessionName } = await spawn(host.needs).run(first);
  const progress: Record<string, unknown>[] = [];
  const stop = new AbortController();
  const task = {
    command: command("agent.restart", {}, { id: "cmd_2", seq: 2 }),
    params: {
      action: "restart" as const,
      agentId: first.params.agentId,
      orchestratorId: "host-a",
      sessionName,
      spawnRequestId: "sp_1",
      graceful: true as const,
      timeoutMs: 1000,
      resume: true,
      requestedBy: "test",
      requestedAt: 0,
      restartSpawn: { ...first.params, spawnRequestId: "sp_2" },
      workspace,
    },
    ...firstAttempt(),
    progress,
    note: async (data: Record<string, unknown>) => void progress.push(data),
    signal: AbortSignal.abort(new Cancelled()),
  };
  const names = async () => (await listSessions(host.tmux)).map(({ name }) => name);
  await expect(restart(host.needs).run(task)).rejects.toBeInstanceOf(Cancelled);
  expect([await names(), progress]).toEqual([["sb-cmd_1"], []]);
  const note = async (data: Record<string, unknown>) => {
    progress.push(data);
    stop.abort(new Cancelled());
  };
  await restart(host.needs).run({ ...task, note, signal: stop.signal });
  expect([await names(), stop.signal.aborted]).toEqual([["sb-cmd_2"], true]);
  expect(existsSync(workspace?.worktreePath as string)).toBe(true);
});
