import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { listSessions } from "../../apps/orchestrator/src/tmux/sessions.ts";
import { createRepository } from "../e2e/repository.ts";
import { ended, spawnShell } from "../support/agents.ts";
import { type Signalbox, startSignalbox } from "../support/signalbox.ts";
import { until } from "../support/until.ts";

// The orchestrator is killed and started again, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

let box: Signalbox;
let repository: ReturnType<typeof createRepository>;
let gate: { hold: string; held: string };

/** A git that waits in the middle of filling a worktree for as long as somebody holds it. */
const slowGit = ({ hold, held }: typeof gate, real: string) => `#!/bin/sh
case "$*" in *"reset --hard"*) while [ -e '${hold}' ]; do touch '${held}'; sleep 0.05; done;; esac
PATH='${real}' exec git "$@"
`;

beforeAll(async () => {
  const path = process.env.PATH ?? "";
  box = await startSignalbox({
    prepare({ dir, env }) {
      gate = { hold: join(dir, "hold"), held: join(dir, "held") };
      mkdirSync(join(dir, "bin"));
      writeFileSync(join(dir, "bin", "git"), slowGit(gate, path), { mode: 0o755 });
      env.PATH = `${join(dir, "bin")}:${path}`;
    },
  });
  repository = createRepository(box.machine.baseDir, "held");
});
afterAll(() => box?.[Symbol.asyncDispose]());
beforeEach(() => {
  for (const path of Object.values(gate)) rmSync(path, { force: true });
});

/** A spawn whose worktree is being made and does not get on. */
async function hanging() {
  writeFileSync(gate.hold, "");
  const agentId = await spawnShell(box, { cwd: repository.path, prompt: "touch ran; sleep 60" });
  await until("git to be held", () => existsSync(gate.held), { also: box.output });
  const { command } = await box.admin.agents.get.query({ agentId });
  return { agentId, commandId: command?.id ?? "" };
}

const stateOf = async (commandId: string) => (await box.admin.commands.get.query({ commandId })).state;

/** What is on the host and in the repository of all spawns of this file. */
const left = async () => ({
  sessions: (await listSessions(box.machine.tmux)).length,
  directories: readdirSync(box.machine.paths.sessions),
  worktrees: repository.git("worktree", "list").split("\n").length - 1,
  branches: repository.git("branch", "--list", "signalbox/*"),
});
const nothing = { sessions: 0, directories: [], worktrees: 0, branches: "" };

test("[HST-35] a spawn that hangs in its host is cancelled at its next step, and nothing of it is left", async () => {
  const { agentId, commandId } = await hanging();
  const asked = await box.admin.commands.cancel.mutate({ commandId, reason: "takes too long" });
  expect(asked).toMatchObject({ state: "running", finishedAt: null });
  rmSync(gate.hold);
  const agent = await ended(box, agentId);
  expect(agent).toMatchObject({ status: "exited", statusReason: { kind: "cancelled" }, epoch: 0 });
  expect(await stateOf(commandId)).toBe("cancelled");
  expect(await left()).toEqual(nothing);
  await expect(box.admin.commands.cancel.mutate({ commandId })).rejects.toThrow(/is cancelled already/);
});

test("[HST-35] a spawn that waits in its host for another is left undone while the other goes on", async () => {
  const first = await hanging();
  // Of the same repository: its worktree is made after the first.
  const agentId = await spawnShell(box, { cwd: repository.path, prompt: "sleep 60" });
  const { command } = await box.admin.agents.get.query({ agentId });
  const commandId = command?.id ?? "";
  await until("the second to be begun", async () => (await stateOf(commandId)) === "running");
  await box.admin.commands.cancel.mutate({ commandId });
  rmSync(gate.hold);
  expect(await ended(box, agentId)).toMatchObject({ status: "exited", statusReason: { kind: "cancelled" } });
  const online = async () => (await box.admin.agents.get.query({ agentId: first.agentId })).epoch > 0;
  await until("the first to be online", online, { also: box.output });
  expect(await stateOf(first.commandId)).toBe("succeeded");
  expect(await left()).toMatchObject({ sessions: 1, worktrees: 1 });
  await box.admin.agents.shutdown.mutate({ agentId: first.agentId, graceSeconds: 0 });
  await ended(box, first.agentId);
  await until("its session to be gone", async () => (await left()).sessions === 0);
});

test("[HST-35] [HST-30] a cancel that comes while the host is away reaches it when it is back, in the middle of what it had begun", async () => {
  const before = await left();
  const { agentId, commandId } = await hanging();
  await box.orchestrator.end("SIGKILL");
  const away = async () => (await box.admin.commands.cancel.mutate({ commandId })).cancelRequestedAt;
  expect(await away()).not.toBeNull();
  expect(await stateOf(commandId)).toBe("running");
  await box.restartOrchestrator();
  rmSync(gate.hold);
  expect(await ended(box, agentId)).toMatchObject({ status: "exited", statusReason: { kind: "cancelled" } });
  expect(await stateOf(commandId)).toBe("cancelled");
  expect(await left()).toEqual(before);
});
