import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { SpawnParams } from "@signalbox/api/contracts";
import { adapterOf } from "../src/providers/index.ts";
import { launchSession, sbxOf } from "../src/sessions/launch.ts";
import { command, programs, type scene } from "./scene.ts";

/** What a spawn of a script tells the host. */
export const spawnParams = (prompt: string, rest: Partial<SpawnParams> = {}): SpawnParams => ({
  agentId: "shell-abcdef",
  workspaceId: "ws_1",
  spawnRequestId: "sp_1",
  provider: "shell",
  cwd: "/",
  approvalMode: "open",
  permissionMode: "open",
  workspaceMode: "inherit",
  prompt,
  providerArgs: [],
  tags: [],
  capabilities: [],
  requestedBy: "test",
  requestedAt: 0,
  ...rest,
});

export const token = "sbx_tok_01TEST_secretsecretsecret";

/** Starts a script in a real session with a real runner; nothing listens at `relay` unless the test makes it. */
export async function launch(host: ReturnType<typeof scene>, prompt: string, relay = "http://127.0.0.1:9") {
  const dist = await programs();
  // Of its own: sessions of other tests run at the same time, and ending one ends all that carries its agent's name.
  const params = spawnParams(prompt, { cwd: host.path, agentId: `shell-${randomUUID().slice(0, 6)}` });
  const one = command("agent.spawn", params);
  const dir = host.sessions.dirOf(one.id);
  const plan = await adapterOf("shell")?.plan(
    params,
    { sessionDir: dir, sbx: sbxOf(dir), cwd: host.path, resume: null, valueOf: String },
    { env: host.env, settings: {}, rigsDir: host.paths.rigs },
  );
  if (!plan) throw new Error("there is no adapter for shell");
  const workspace = {
    id: "ws_1",
    repoRoot: host.path,
    worktreePath: host.path,
    branch: "signalbox/shell-abcdef-1",
    baseBranch: "main",
    baseSha: null,
    headSha: null,
    ahead: 0,
    behind: 0,
    dirtyFiles: 0,
    mode: "isolated" as const,
    requestedMode: "inherit" as const,
  };
  await launchSession(
    {
      sessions: host.sessions,
      programs: { node: process.execPath, runner: join(dist, "runner.mjs"), sbx: join(dist, "sbx.mjs") },
      relay: new URL(relay),
      runDir: host.paths.run,
    },
    {
      command: one,
      params,
      prepared: { workspace, cwd: host.path },
      plan,
      resumed: false,
      notes: [],
      startedAt: new Date().toISOString(),
      token,
      env: { ...host.env, FROM_THE_HOST: "yes" },
    },
  );
  return { dir, sessionName: `sb-${one.id}`, agentId: params.agentId };
}
