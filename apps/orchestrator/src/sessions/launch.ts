import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Command, SpawnParams } from "@signalbox/api/contracts";
import { CommandFailure } from "../failure.ts";
import { runnerSocket } from "../paths.ts";
import type { LaunchPlan } from "../providers/adapter.ts";
import { newSession } from "../tmux/sessions.ts";
import { shellWord } from "../tmux/tmux.ts";
import type { Prepared } from "../workspaces/prepare.ts";
import { sessionLog } from "./output.ts";
import { makeSessionDir, sessionNameOf, writeLaunch, writeRecord, writeWhole } from "./record.ts";
import type { Sessions } from "./sessions.ts";

/** The programs that a session is made of. */
export interface Programs {
  node: string;
  runner: string;
  sbx: string;
}

interface Needs {
  sessions: Sessions;
  programs: Programs;
  relay: URL;
  runDir: string;
}

interface Launching {
  command: Command;
  params: SpawnParams;
  prepared: Prepared;
  plan: LaunchPlan;
  /** The plan goes on with a conversation of an earlier session. */
  resumed: boolean;
  /** What the activity must say of this start. */
  notes: string[];
  startedAt: string;
  token: string;
  /** All of the program's environment but what the runner adds itself (HST-51). */
  env: Record<string, string>;
}

/** Fills the session's directory and makes the tmux session with the runner in it. Throws `session_died` with tmux's words. */
export async function launchSession(
  needs: Needs,
  { command, params, prepared, plan, resumed, notes, startedAt, token, env }: Launching,
): Promise<void> {
  const { sessions, programs } = needs;
  const dir = sessions.dirOf(command.id);
  const sessionName = sessionNameOf(command.id);
  const socket = runnerSocket(needs.runDir, command.id);
  await makeSessionDir(dir);
  for (const { name, text } of plan.files) await writeWhole(join(dir, name), text);
  await writeSbx(dir, programs, socket);
  const { agentId, spawnRequestId, provider, approvalMode } = params;
  await writeRecord(dir, {
    agentId,
    commandId: command.id,
    spawnRequestId,
    sessionName,
    startedAt,
    relay: needs.relay.href,
    cwd: prepared.cwd,
    provider,
    approvalMode,
    workspace: prepared.workspace,
    command: plan.command,
    hasPrompt: Boolean(params.prompt) && !plan.waits,
    conversation: plan.conversation ?? null,
    resumed,
    notes,
    tmuxSocket: sessions.tmux.socket,
    runnerSocket: socket,
  });
  await writeLaunch(dir, { token, env });
  const refused = await newSession(sessions.tmux, {
    name: sessionName,
    cwd: prepared.cwd,
    command: [programs.node, programs.runner, dir],
    outputLog: sessionLog(dir),
    agentId,
    commandId: command.id,
  });
  if (refused) throw new CommandFailure("session_died", `tmux could not start the session: ${refused}`);
}

/** The session's own `sbx`, which knows its runner. */
export const sbxOf = (dir: string): string => join(dir, "bin", "sbx");

async function writeSbx(dir: string, { node, sbx }: Programs, socket: string): Promise<void> {
  const words = [node, sbx, "--socket", socket].map(shellWord).join(" ");
  const path = sbxOf(dir);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o700 });
  await chmod(path, 0o700);
}
