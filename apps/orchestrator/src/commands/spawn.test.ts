import { existsSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SpawnParams } from "@signalbox/api/contracts";
import { expect, test } from "vitest";
import { startingHost } from "../../test/host.ts";
import { spawnParams, token } from "../../test/launch.ts";
import { command, firstAttempt } from "../../test/scene.ts";
import { exec } from "../exec.ts";
import { LinkClosed } from "../link/link.ts";
import { listSessions } from "../tmux/sessions.ts";
import { until } from "../until.ts";
import type { Task } from "./handler.ts";
import { spawn } from "./spawn.ts";

/** A host that carries out spawns. */
async function host(issueToken?: () => Promise<string>) {
  const made = await startingHost(issueToken);
  const task = (params: Partial<SpawnParams>, id = "cmd_1"): Task<"agent.spawn"> => ({
    command: command("agent.spawn", {}, { id }),
    params: spawnParams("sleep 60", params),
    ...firstAttempt(),
  });
  return { ...made, [Symbol.asyncDispose]: made[Symbol.asyncDispose], handler: spawn(made.needs), task };
}

test("[WSP-04] [WSP-07] inherit in a repository makes a worktree, says so before the session starts, and runs in the same sub-directory", async () => {
  await using one = await host();
  const { workspace, sessionName, adopted } = await one.handler.run(one.task({ cwd: join(one.repo, "sub") }));
  expect(workspace).toMatchObject({
    mode: "isolated",
    requestedMode: "inherit",
    branch: "signalbox/shell-abcdef-1",
    baseBranch: "main",
  });
  expect([adopted, one.announced]).toEqual([false, ["isolated 0"]]);
  const [session] = await listSessions(one.tmux);
  expect(session?.name).toBe(sessionName);
  expect(realpathSync(`/proc/${session?.pid}/cwd`)).toBe(join(workspace?.worktreePath as string, "sub"));
});

test("[HST-16] a spawn whose session exists adopts it and takes no second token", async () => {
  let tokens = 0;
  await using one = await host(async () => `${token}${++tokens}`);
  const first = await one.handler.run(one.task({ cwd: one.repo }));
  const [session] = await listSessions(one.tmux);
  const second = await one.handler.run(one.task({ cwd: one.repo }));
  expect(second).toEqual({ ...first, adopted: true });
  expect([await listSessions(one.tmux), tokens]).toEqual([[session], 1]);
});

test("[WSP-05] outside a repository inherit is shared, without worktree and branch", async () => {
  await using one = await host();
  const cwd = join(one.baseDir, "plain");
  const { workspace } = await one.handler.run(one.task({ cwd }));
  expect(workspace).toMatchObject({ mode: "shared", repoRoot: cwd, worktreePath: null, branch: null });
});

test.each<[string, (paths: { base: string; outside: string }) => string, string]>([
  ["a directory that is missing", ({ base }) => join(base, "nowhere"), "does not exist"],
  ["a path outside", ({ outside }) => outside, "lies outside the base directory"],
  ["a link that leads outside", ({ base }) => join(base, "link"), "lies outside the base directory"],
  ["a file", ({ base }) => join(base, "repo", "sub", "file"), "is not a directory"],
])("[SPN-21] %s fails the spawn as workspace_failed, naming the paths", async (_, where, text) => {
  await using one = await host();
  const outside = join(one.path, "outside");
  symlinkSync(outside, join(one.baseDir, "link"));
  const cwd = where({ base: one.baseDir, outside });
  const error = await one.handler.run(one.task({ cwd })).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ reason: "workspace_failed", message: expect.stringContaining(text) });
  expect((error as Error).message).toContain(one.baseDir);
  expect((error as Error).message).toContain(cwd);
  expect([await listSessions(one.tmux), readdirSync(one.paths.sessions)]).toEqual([[], []]);
});

test("[WSP-03] isolated outside a repository, or in one without a commit, fails naming the directory", async () => {
  await using one = await host();
  const plain = join(one.baseDir, "plain");
  const refused = () => one.handler.run(one.task({ cwd: plain, workspaceMode: "isolated" }));
  await expect(refused()).rejects.toMatchObject({
    reason: "workspace_failed",
    message: expect.stringContaining(plain),
  });
  await exec("git", ["init", "-q", plain], { env: one.env });
  await expect(refused()).rejects.toMatchObject({
    reason: "workspace_failed",
    message: expect.stringContaining(`${plain} has no commit`),
  });
});

test("[SPN-47] a spawn that fails late leaves neither session nor directory, worktree or branch", async () => {
  await using one = await host(() => Promise.reject(new Error("no token for you")));
  const error = one.handler.run(one.task({ cwd: one.repo }));
  await expect(error).rejects.toMatchObject({
    reason: "session_died",
    message: expect.stringContaining("no token for you"),
  });
  expect([await listSessions(one.tmux), readdirSync(one.paths.sessions)]).toEqual([[], []]);
  const branches = await one.git("branch", "--list", "signalbox/*");
  const worktrees = await one.git("worktree", "list");
  expect([branches.stdout, worktrees.stdout.trim().split("\n").length]).toEqual(["", 1]);
});

test("[HST-34] undoing a spawn ends its session and keeps what was written in its worktree", async () => {
  await using one = await host();
  const [clean, used] = [
    one.task({ cwd: one.repo, workspaceId: "ws_1" }, "cmd_1"),
    one.task({ cwd: one.repo, workspaceId: "ws_2" }, "cmd_2"),
  ];
  const [first, second] = [await one.handler.run(clean), await one.handler.run(used)];
  writeFileSync(join(second.workspace?.worktreePath as string, "new"), "work\n");
  await one.handler.undo(clean);
  await one.handler.undo(used);
  expect(await listSessions(one.tmux)).toEqual([]);
  expect(existsSync(first.workspace?.worktreePath as string)).toBe(false);
  expect(existsSync(join(second.workspace?.worktreePath as string, "new"))).toBe(true);
  rmSync(one.path, { recursive: true, force: true });
});

test("[HST-30] a spawn whose session has run and ended meanwhile is not started again", async () => {
  await using one = await host();
  const task = one.task({ cwd: one.repo, prompt: "exit 0" });
  const first = await one.handler.run(task);
  for (const { pid } of await listSessions(one.tmux)) process.kill(pid, "SIGKILL");
  const gone = async () => (await listSessions(one.tmux)).length === 0;
  expect(await until(gone, { withinMs: 10_000 })).toBe(true);
  expect(await one.handler.run(task)).toEqual({ ...first, adopted: true });
  expect([await listSessions(one.tmux), readdirSync(one.paths.sessions)]).toEqual([[], ["cmd_1"]]);
});

test("[HST-30] a spawn that the host's own stop cuts off is left as it is, for the next start to go on with", async () => {
  await using one = await host(() => Promise.reject(new LinkClosed("stopping")));
  await expect(one.handler.run(one.task({ cwd: one.repo }))).rejects.toBeInstanceOf(LinkClosed);
  expect((await one.git("worktree", "list")).stdout.trim().split("\n")).toHaveLength(2);
});

test("[HST-30] a spawn that was begun, and that neither journal nor session of this host knows, is not begun again", async () => {
  await using one = await host();
  const strange = { ...one.task({ cwd: one.repo }), begun: "unknown" as const };
  await expect(one.handler.run(strange)).rejects.toMatchObject({
    reason: "session_died",
    message: expect.stringContaining("not begun again"),
  });
  expect([await listSessions(one.tmux), readdirSync(one.paths.sessions)]).toEqual([[], []]);
  // What this host has after all is adopted.
  await one.handler.run(one.task({ cwd: one.repo }));
  expect(await one.handler.run(strange)).toMatchObject({ adopted: true });
});

test.each([
  ["is taken back", false],
  ["stays when something was done in it", true],
])("[HST-30] the worktree of a spawn that is not begun again %s", async (_, used) => {
  await using one = await host(() => Promise.reject(new LinkClosed("stopping")));
  const task = one.task({ cwd: one.repo });
  await expect(one.handler.run(task)).rejects.toBeInstanceOf(LinkClosed);
  const worktrees = async () =>
    (await one.git("worktree", "list", "--porcelain", "-z")).stdout.match(/worktree [^\0]+/g);
  const [, made = ""] = (await worktrees()) ?? [];
  if (used) writeFileSync(join(made.slice("worktree ".length), "new"), "work\n");
  await expect(one.handler.run({ ...task, begun: "unknown" })).rejects.toMatchObject({ reason: "session_died" });
  expect(await worktrees()).toHaveLength(used ? 2 : 1);
});
