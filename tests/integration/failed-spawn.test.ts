import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listSessions } from "../../apps/orchestrator/src/tmux/sessions.ts";
import { ended, spawnShell } from "../support/agents.ts";
import { type Signalbox, startSignalbox } from "../support/signalbox.ts";

let box: Signalbox;
beforeAll(async () => {
  box = await startSignalbox();
});
afterAll(() => box?.[Symbol.asyncDispose]());

/** What is on the host of sessions and worktrees. */
const left = async () => ({
  sessions: await listSessions(box.machine.tmux),
  directories: readdirSync(box.machine.paths.sessions),
  worktrees: readdirSync(box.machine.paths.worktrees, { recursive: true }).filter((path) => /ws_/.test(String(path))),
});
const nothing = { sessions: [], directories: [], worktrees: [] };

test("[WSP-03, SPN-47] an isolated workspace in a repository without a commit is refused by its directory, and nothing is left", async () => {
  const path = join(box.machine.baseDir, "empty");
  mkdirSync(path);
  const git = (...args: string[]) => execFileSync("git", args, { cwd: path, encoding: "utf8" });
  git("init", "-q", "-b", "main");
  const agent = await ended(box, await spawnShell(box, { cwd: path, prompt: "touch ran" }));
  expect(agent).toMatchObject({ status: "failed", statusReason: { kind: "workspace_failed" }, workspaceId: null });
  expect(agent.statusReason?.text).toContain(`${path} has no commit`);
  expect(await left()).toEqual(nothing);
  expect([git("branch", "--list"), git("worktree", "list").trim().split("\n").length]).toEqual(["", 1]);
  expect(existsSync(join(path, "ran"))).toBe(false);
});

test("[WSP-03, SPN-21, SPN-47] a directory that is no repository, or is not there, is refused by its name", async () => {
  const plain = join(box.machine.baseDir, "plain");
  mkdirSync(plain);
  const refused = await ended(box, await spawnShell(box, { cwd: plain, prompt: "touch ran" }));
  expect(refused.statusReason).toMatchObject({
    kind: "workspace_failed",
    text: expect.stringContaining(`${plain} is not in a git repository`),
  });

  const missing = join(box.machine.baseDir, "nowhere");
  const agent = await ended(box, await spawnShell(box, { cwd: missing, prompt: "true", workspaceMode: "shared" }));
  expect(agent.statusReason).toMatchObject({
    kind: "workspace_failed",
    text: expect.stringContaining(`${missing} does not exist`),
  });
  expect(existsSync(missing)).toBe(false);
  expect(await left()).toEqual(nothing);
  expect((await box.admin.orchestrators.list.query({})).items[0]).toMatchObject({ liveSessions: 0, state: "online" });
});
