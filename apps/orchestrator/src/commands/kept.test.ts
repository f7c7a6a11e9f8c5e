import { existsSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { startingHost } from "../../test/host.ts";
import { spawnParams, token } from "../../test/launch.ts";
import { command, firstAttempt } from "../../test/scene.ts";
import { findWorktrees } from "../requests/worktrees.ts";
import { killSession } from "../tmux/sessions.ts";
import { keep, remove, restore } from "./kept.ts";
import { spawn } from "./spawn.ts";

// Each asks git a hundred times, on a machine that may be busy.
vi.setConfig({ testTimeout: 240_000 });

/** A host on which an agent runs in a worktree of its own, with a loose file in it. */
async function running() {
  const host = await startingHost(async () => token);
  const params = spawnParams("sleep 60", { cwd: host.repo, workspaceMode: "isolated" });
  const first = command("agent.spawn", {}, { id: "cmd_1" });
  const { workspace, sessionName } = await spawn(host.needs).run({ command: first, params, ...firstAttempt() });
  const { id: workspaceId, repoRoot, worktreePath, branch, baseBranch } = workspace!;
  const of = { workspaceId, repoRoot, worktreePath: worktreePath!, branch, baseBranch, agentId: params.agentId };
  writeFileSync(join(of.worktreePath, "loose.txt"), "loose\n");
  return { ...host, [Symbol.asyncDispose]: host[Symbol.asyncDispose], of, sessionName };
}

const task = <T extends "workspace.keep" | "workspace.remove" | "workspace.restore", P>(type: T, params: P) => ({
  command: command(type, {}),
  params,
  ...firstAttempt(),
});

test("[WSP-65] [WSP-67] a worktree is kept while its session lives, and removed only after it; then it comes back", async () => {
  await using host = await running();
  const { of, needs } = host;
  const kept = await keep(needs).run(task("workspace.keep", of));
  expect(kept).toMatchObject({
    work: { ahead: 0, staged: 0, unstaged: 0, untracked: 1 },
    vanished: false,
    notKept: [],
  });
  const removal = () => remove(needs).run(task("workspace.remove", { ...of, what: "worktree" as const }));
  await expect(removal()).rejects.toMatchObject({ reason: "in_use", message: expect.stringContaining(of.agentId) });
  expect(readFileSync(join(of.worktreePath, "loose.txt"), "utf8")).toBe("loose\n");
  await killSession(host.tmux, host.sessionName);
  expect(await removal()).toEqual({ kept });
  expect(existsSync(of.worktreePath)).toBe(false);
  expect(await removal(), "a repeat finds it done").toEqual({ kept: { ...kept, work: null } });
  const back = () => restore(needs).run(task("workspace.restore", of));
  const restored = await back();
  expect(restored).toMatchObject({ worktreePath: of.worktreePath, branch: of.branch });
  expect(await back()).toEqual(restored);
  expect(readFileSync(join(of.worktreePath, "loose.txt"), "utf8")).toBe("loose\n");
});

test("[WSP-66] [WSP-68] once the kept work is removed there is nothing to restore, and it says so", async () => {
  await using host = await running();
  const { of, needs } = host;
  await killSession(host.tmux, host.sessionName);
  await remove(needs).run(task("workspace.remove", { ...of, what: "worktree" as const }));
  const forgotten = task("workspace.remove", { ...of, what: "kept_ref" as const });
  expect(await remove(needs).run(forgotten)).toEqual({ kept: null });
  expect(await remove(needs).run(forgotten)).toEqual({ kept: null });
  const again = restore(needs).run(task("workspace.restore", of));
  await expect(again).rejects.toMatchObject({ reason: "nothing_kept" });
});

test("[WSP-67] a directory that is not the workspace's is refused with the reason", async () => {
  await using host = await running();
  const elsewhere = { ...host.of, worktreePath: host.repo, what: "worktree" as const, workspaceId: "ws_other" };
  const refused = remove(host.needs).run(task("workspace.remove", elsewhere));
  await expect(refused).rejects.toMatchObject({ reason: "not_ours", message: expect.stringContaining(host.repo) });
  expect(existsSync(host.repo)).toBe(true);
});

test("[WSP-70] the host says which worktrees it has, whose they are, and which it made only now", async () => {
  await using host = await running();
  const { worktreesDir } = host.needs;
  const { repoRoot, worktreePath: path, workspaceId, branch, baseBranch } = host.of;
  const known = { path, repoRoot, workspaceId, branch, baseBranch };
  expect(await findWorktrees(worktreesDir, new Date())).toEqual({ worktrees: [{ ...known, settled: false }] });
  const registered = join(repoRoot, ".git/worktrees", workspaceId, "gitdir");
  utimesSync(registered, new Date(0), new Date(0));
  expect(await findWorktrees(worktreesDir, new Date())).toEqual({ worktrees: [{ ...known, settled: true }] });
});
