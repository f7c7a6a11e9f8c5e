import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { listSessions } from "../../apps/orchestrator/src/tmux/sessions.ts";
import { createRepository } from "../e2e/repository.ts";
import { ended, processesOf, spawnShell } from "../support/agents.ts";
import { type Signalbox, startSignalbox } from "../support/signalbox.ts";
import { until } from "../support/until.ts";

// Sessions are asked to end before they are killed, and programs are killed and started again, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

let box: Signalbox;
beforeAll(async () => {
  box = await startSignalbox();
});
afterAll(() => box?.[Symbol.asyncDispose]());

const agentOf = (agentId: string) => box.admin.agents.get.query({ agentId });
const sessionsOf = async (agentId: string) =>
  (await listSessions(box.machine.tmux)).filter((session) => session.agentId === agentId).map(({ name }) => name);

/** A script that leaves a commit and a loose file at its first run, says where it runs, and stays until it is told to go. */
async function atWork(name: string) {
  const repository = createRepository(box.machine.baseDir, name);
  const out = join(box.machine.dir, `out-${name}`);
  mkdirSync(out);
  const prompt = [
    "set -e",
    "[ -e one.txt ] || { echo 1 > one.txt; git add one.txt; git commit -q -m one; echo loose > loose.txt; }",
    `pwd >> '${out}/runs'`,
    `until [ -e '${out}/go' ]; do sleep 0.1; done`,
    "sbx whoami > /dev/null",
  ].join("\n");
  const agentId = await spawnShell(box, { cwd: repository.path, prompt });
  const runs = () => (existsSync(join(out, "runs")) ? readFileSync(join(out, "runs"), "utf8").trim().split("\n") : []);
  const running = (times: number) =>
    until(
      `run ${times} of ${agentId}`,
      async () => runs().length === times && (await agentOf(agentId)).status === "busy",
      { also: async () => `${JSON.stringify(await agentOf(agentId))}\n${box.output()}` },
    );
  await running(1);
  return { ...repository, agentId, runs, running, go: () => writeFileSync(join(out, "go"), "") };
}

test("[SPN-56] [SPN-58] [HST-24] a restart ends the session and goes on as the same agent, where its work is", async () => {
  const work = await atWork("again");
  const { agentId } = work;
  const before = await agentOf(agentId);
  const [first] = await sessionsOf(agentId);
  const { program } = await processesOf(box.machine, agentId);
  const answer = await box.admin.agents.restart.mutate({ agentId, reason: "try again" });
  expect(answer).toMatchObject({ ok: true, action: "restart", command: { type: "agent.restart" } });
  await work.running(2);

  const after = await agentOf(agentId);
  expect(after).toMatchObject({ id: agentId, workspaceId: before.workspaceId, onBehalfOf: before.onBehalfOf });
  expect(after.epoch).toBeGreaterThan(before.epoch);
  const [second, ...more] = await sessionsOf(agentId);
  expect([more, second === first]).toEqual([[], false]);
  expect(existsSync(`/proc/${program}`)).toBe(false);
  expect(new Set(work.runs()).size).toBe(1);
  const worktree = work.runs()[0] as string;
  expect(readFileSync(join(worktree, "loose.txt"), "utf8")).toBe("loose\n");

  const { workspaces } = await box.admin.workspaces.list.query({ ownerAgentId: agentId });
  expect(workspaces).toMatchObject([{ id: before.workspaceId, status: "active" }]);
  const known = async () => (await box.admin.workspaces.get.query({ workspaceId: before.workspaceId ?? "" })).workspace;
  await until("the workspace as it is", async () => {
    const { ahead, dirtyFiles } = await known();
    return ahead === 1 && dirtyFiles === 1;
  });

  work.go();
  expect(await ended(box, agentId)).toMatchObject({ status: "exited", statusReason: { kind: "completed" } });
  // It lives again after its end, too.
  await box.admin.agents.restart.mutate({ agentId });
  await until("the third run", () => work.runs().length === 3, { also: box.output });
  expect(await ended(box, agentId)).toMatchObject({ status: "exited", statusReason: { kind: "completed" } });
  expect(new Set(work.runs()).size).toBe(1);
});

test("[SPN-56] [HST-30] an orchestrator killed in the middle of a restart leaves one session, of the new start", async () => {
  const work = await atWork("killed");
  const { agentId } = work;
  const { command } = await box.admin.agents.restart.mutate({ agentId });
  const started = async () =>
    (await box.admin.commands.get.query({ commandId: command?.id ?? "" })).state !== "pending";
  await until("the host to begin", started, { also: box.output });
  await box.orchestrator.end("SIGKILL");
  await box.restartOrchestrator();
  await work.running(2);
  expect(await sessionsOf(agentId)).toEqual([`sb-${command?.id}`]);
  work.go();
  await ended(box, agentId);
});

test("[SPN-47] a restart whose worktree is gone fails with the reason, and makes nothing up", async () => {
  const work = await atWork("vanished");
  const { agentId } = work;
  work.git("worktree", "remove", "--force", work.runs()[0] as string);
  await box.admin.agents.restart.mutate({ agentId });
  const failed = await ended(box, agentId);
  expect(failed).toMatchObject({ status: "failed", statusReason: { kind: "workspace_failed" } });
  expect(failed.statusReason?.text).toContain("is gone: put it back, or start a new agent");
  expect(await sessionsOf(agentId)).toEqual([]);
});

test("[SPN-60] an interrupt ends what the script is in, as Ctrl-C would, and the session goes on", async () => {
  const out = join(box.machine.dir, "out-interrupt");
  mkdirSync(out);
  const prompt = [
    `trap 'echo interrupted >> ${out}/seen' INT`,
    `touch ${out}/ready`,
    `until [ -e ${out}/go ]; do sleep 0.1; done`,
  ].join("\n");
  const agentId = await spawnShell(box, { cwd: box.machine.baseDir, workspaceMode: "shared", prompt });
  await until("the trap", () => existsSync(join(out, "ready")), { also: box.output });
  await until("it to be busy", async () => (await agentOf(agentId)).status === "busy");
  const answer = await box.admin.agents.interrupt.mutate({ agentId });
  expect(answer).toMatchObject({ interrupted: null, command: { type: "agent.interrupt" } });
  const over = async () => {
    const command = await box.admin.commands.get.query({ commandId: answer.command?.id ?? "" });
    return command.finishedAt ? command : null;
  };
  const command = await until("the interrupt's end", over, { also: box.output });
  expect(command).toMatchObject({ state: "succeeded", result: { interrupted: true } });
  await until("the script to see it", () => existsSync(join(out, "seen")));
  expect(await agentOf(agentId)).toMatchObject({ status: "busy" });
  writeFileSync(join(out, "go"), "");
  expect(await ended(box, agentId)).toMatchObject({ statusReason: { kind: "completed" } });
  expect(readFileSync(join(out, "seen"), "utf8")).toBe("interrupted\n");
});
