import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { WorkspaceReport } from "@signalbox/api/contracts";
import { expect, test } from "vitest";
import { startingHost } from "../../test/host.ts";
import { spawnParams, token } from "../../test/launch.ts";
import { command, firstAttempt } from "../../test/scene.ts";
import { readNote, writeNote } from "../git/note.ts";
import { isReported } from "../sessions/record.ts";
import { listSessions } from "../tmux/sessions.ts";
import type { Task } from "./handler.ts";
import { restart } from "./restart.ts";
import { spawn } from "./spawn.ts";

/** A host on which an agent runs in a worktree of its own, and what its restart orders. */
async function running({ issueToken = async () => token, script = "sleep 60" } = {}) {
  let fail = false;
  const host = await startingHost(() => (fail ? issueToken() : Promise.resolve(token)));
  const params = spawnParams(script, { cwd: host.repo, workspaceMode: "isolated" });
  const first = command("agent.spawn", {}, { id: "cmd_1" });
  const { workspace, sessionName } = await spawn(host.needs).run({ command: first, params, ...firstAttempt() });
  fail = true;
  const again = (existing: WorkspaceReport | null = workspace, workspaceId = "ws_1"): Task<"agent.restart"> => ({
    command: command("agent.restart", {}, { id: "cmd_2", seq: 2 }),
    params: {
      action: "restart",
      agentId: params.agentId,
      orchestratorId: "host-a",
      sessionName,
      spawnRequestId: params.spawnRequestId,
      graceful: true,
      timeoutMs: 1000,
      resume: true,
      requestedBy: "test",
      requestedAt: 0,
      restartSpawn: { ...params, workspaceId, spawnRequestId: "sp_2", headless: true },
      workspace: existing,
    },
    ...firstAttempt(),
  });
  const names = async () => (await listSessions(host.tmux)).map(({ name }) => name);
  const worktree = workspace?.worktreePath as string;
  return {
    ...host,
    [Symbol.asyncDispose]: host[Symbol.asyncDispose],
    handler: restart(host.needs),
    again,
    names,
    worktree,
  };
}

test("[SPN-56] [WSP-08] the restarted session goes on in the worktree as it is, with what the relay is told of it true", async () => {
  await using one = await running();
  writeFileSync(join(one.worktree, "done.txt"), "done\n");
  await one.commitIn(one.worktree);
  writeFileSync(join(one.worktree, "loose.txt"), "loose\n");
  const { workspace, adopted, sessionName } = await one.handler.run(one.again());
  expect([adopted, sessionName, await one.names()]).toEqual([false, "sb-cmd_2", ["sb-cmd_2"]]);
  expect(workspace).toMatchObject({ id: "ws_1", worktreePath: one.worktree, ahead: 1, dirtyFiles: 1 });
  expect(readFileSync(join(one.worktree, "loose.txt"), "utf8")).toBe("loose\n");
  // The earlier end is no news: nobody reports it.
  expect(await isReported(one.sessions.dirOf("cmd_1"))).toBe(true);
});

test("[WSP-41] a restart that was asked for before a landing goes on on the branch that the landing left it on", async () => {
  await using one = await running();
  const { workspace: known } = one.again().params;
  const gitDir = (await one.git("-C", one.worktree, "rev-parse", "--absolute-git-dir")).stdout.trim();
  await one.git("-C", one.worktree, "switch", "-q", "-c", "signalbox/shell-abcdef-2");
  const { baseSha } = (await readNote(gitDir)) as { baseSha: string };
  await writeNote(gitDir, { workspaceId: "ws_1", baseBranch: "main", baseSha, branch: "signalbox/shell-abcdef-2" });
  const { workspace } = await one.handler.run(one.again());
  expect(known?.branch).toBe("signalbox/shell-abcdef-1");
  expect(workspace).toMatchObject({ branch: "signalbox/shell-abcdef-2", baseSha, ahead: 0 });
});

test("[HST-30] called again after a crash, a restart adopts the session that it has made", async () => {
  await using one = await running();
  await one.handler.run(one.again());
  const [session] = await listSessions(one.tmux);
  expect(await one.handler.run(one.again())).toMatchObject({ adopted: true, sessionName: "sb-cmd_2" });
  expect(await listSessions(one.tmux)).toEqual([session]);
});

test("[HST-34] undoing a restart ends its session and keeps the worktree, also an unused one", async () => {
  await using one = await running();
  await one.handler.run(one.again());
  await one.handler.undo(one.again());
  expect([await one.names(), existsSync(join(one.worktree, "sub", "file"))]).toEqual([[], true]);
});

test("[SPN-47] a restart that fails late leaves the worktree that was there before, also an unused one", async () => {
  await using one = await running({ issueToken: () => Promise.reject(new Error("no token for you")) });
  await expect(one.handler.run(one.again())).rejects.toMatchObject({ reason: "session_died" });
  expect([await one.names(), existsSync(join(one.worktree, "sub", "file"))]).toEqual([[], true]);
  // One that it made itself goes with it.
  await expect(one.handler.run(one.again(null, "ws_2"))).rejects.toMatchObject({ reason: "session_died" });
  expect((await one.git("worktree", "list")).stdout.trim().split("\n")).toHaveLength(2);
});

test("[SPN-47] a workspace outside the host's worktrees, or one that is gone, is refused and nothing is started", async () => {
  await using one = await running();
  const { workspace } = one.again().params;
  for (const worktreePath of [one.repo, join(one.path, "nowhere"), join(one.worktree, "..", "..", "..")]) {
    const task = one.again({ ...(workspace as WorkspaceReport), worktreePath });
    await expect(one.handler.run(task)).rejects.toMatchObject({ reason: "workspace_failed" });
  }
  expect(await one.names()).toEqual([]);
});
