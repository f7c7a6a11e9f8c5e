import { rm, stat } from "node:fs/promises";
import type { SpawnParams, SpawnResult } from "@signalbox/api/contracts";
import type { ProviderSettings } from "../config.ts";
import { CommandFailure, codeOf, textOf } from "../failure.ts";
import type { Git } from "../git/index.ts";
import { LinkClosed } from "../link/link.ts";
import { adapters, surroundingsOf } from "../providers/index.ts";
import type { createSerial } from "../serial.ts";
import { endSession } from "../sessions/end.ts";
import { launchSession, type Programs } from "../sessions/launch.ts";
import { outputLog } from "../sessions/output.ts";
import { readExit, readRecord, sessionNameOf } from "../sessions/record.ts";
import type { Report, Sessions } from "../sessions/sessions.ts";
import { hasSession, killSession } from "../tmux/sessions.ts";
import { realCwd } from "../workspaces/place.ts";
import { type Prepared, prepareWorkspace } from "../workspaces/prepare.ts";
import { removeUnused } from "../workspaces/remove.ts";
import type { Handler, Task } from "./handler.ts";

interface Needs {
  sessions: Sessions;
  git: Git;
  serial: ReturnType<typeof createSerial>;
  programs: Programs;
  relay: URL;
  baseDir: string;
  worktreesDir: string;
  runDir: string;
  env: Record<string, string>;
  providers: Partial<Record<SpawnParams["provider"], ProviderSettings>>;
  now: () => Date;
  /** Tells the relay about a session before it is started (WSP-07). */
  announce: (report: Report) => Promise<void>;
  /** The runner's token, made for this command (IDN-41). */
  issueToken: (commandId: string) => Promise<string>;
}

/** Starts an agent's session, or adopts the one that this command has started before (HST-16). */
export function spawn(needs: Needs): Handler<"agent.spawn"> {
  const { sessions } = needs;

  async function start({ command, params }: Task<"agent.spawn">): Promise<SpawnResult> {
    const sessionName = sessionNameOf(command.id);
    const dir = sessions.dirOf(command.id);
    if ((await hasSession(sessions.tmux, sessionName)) || (await hasRun(dir))) {
      return { sessionName, workspace: (await readRecord(dir))?.workspace ?? null, adopted: true };
    }
    const adapter = adapters[params.provider];
    if (!adapter) throw new CommandFailure("provider_missing", `This version has no adapter for ${params.provider}`);
    const plan = adapter.plan(params, dir, surroundingsOf(params.provider, needs.env, needs.providers));
    const prepared = await prepareWorkspace(needs, params, await realCwd(params.cwd, needs));
    try {
      const startedAt = needs.now().toISOString();
      const { agentId } = params;
      const { workspace } = prepared;
      await needs.announce({ agentId, commandId: command.id, sessionName, startedAt, end: null, workspace });
      await launchSession(needs, {
        command,
        params,
        prepared,
        plan,
        startedAt,
        token: await needs.issueToken(command.id),
      });
      return { sessionName, workspace, adopted: false };
    } catch (error) {
      // This host stops: the next start of it goes on from here.
      if (error instanceof LinkClosed) throw error;
      await takeBack(command.id, prepared);
      throw asFailure(error);
    }
  }

  async function takeBack(commandId: string, prepared: Prepared): Promise<void> {
    await killSession(sessions.tmux, sessionNameOf(commandId));
    await rm(sessions.dirOf(commandId), { recursive: true, force: true });
    await removeUnused(needs, prepared.workspace);
  }

  return {
    keys: ({ agentId, workspaceId }) => [`agent:${agentId}`, `workspace:${workspaceId}`],
    async run(task) {
      sessions.launching(task.command.id);
      try {
        return await start(task);
      } finally {
        sessions.launched(task.command.id);
      }
    },
    async undo({ command, params: { agentId } }) {
      const dir = sessions.dirOf(command.id);
      const record = await readRecord(dir);
      await endSession({ tmux: sessions.tmux, sessionName: sessionNameOf(command.id), agentId, dir, graceSeconds: 0 });
      if (record?.workspace) await removeUnused(needs, record.workspace);
      sessions.launched(command.id);
    },
  };
}

/** Whether a session of this directory was there before: one that has ended meanwhile is not started a second time. */
async function hasRun(dir: string): Promise<boolean> {
  const log = await stat(outputLog(dir)).catch(() => null);
  return log !== null || (await readExit(dir)) !== null;
}

function asFailure(error: unknown): CommandFailure {
  if (error instanceof CommandFailure) return error;
  const step = codeOf(error) ? "The session's directory could not be written" : "The session could not be started";
  return new CommandFailure(codeOf(error) ? "workspace_failed" : "session_died", `${step}: ${textOf(error)}`);
}
