import { rm } from "node:fs/promises";
import type { Command, SpawnParams, SpawnResult, WorkspaceReport } from "@signalbox/api/contracts";
import { CommandFailure, codeOf, textOf } from "../failure.ts";
import type { Git } from "../git/index.ts";
import { LinkClosed } from "../link/link.ts";
import { hasLog } from "../logs/files.ts";
import { hostValue, profileEnv } from "../providers/host-values.ts";
import { adapterOf, type HostSurroundings, surroundingsOf } from "../providers/index.ts";
import { rigEnv } from "../providers/rig.ts";
import { carriedOver, mailJournalName } from "../runner/mail-journal.ts";
import type { createSerial } from "../serial.ts";
import { endSession } from "../sessions/end.ts";
import { launchSession, type Programs, sbxOf } from "../sessions/launch.ts";
import { sessionLog } from "../sessions/output.ts";
import { readExit, readRecord, sessionNameOf } from "../sessions/record.ts";
import type { Report, Sessions } from "../sessions/sessions.ts";
import { hasSession, killSession } from "../tmux/sessions.ts";
import { realCwd } from "../workspaces/place.ts";
import { reservedEnv, reservePorts } from "../workspaces/ports.ts";
import { type Prepared, prepareWorkspace } from "../workspaces/prepare.ts";
import { removeHalfMade, removeUnused } from "../workspaces/remove.ts";
import type { Task } from "./handler.ts";

export interface StartNeeds extends HostSurroundings {
  sessions: Sessions;
  git: Git;
  serial: ReturnType<typeof createSerial>;
  programs: Programs;
  relay: URL;
  baseDir: string;
  worktreesDir: string;
  runDir: string;
  /** What the host's owner lets profiles use, by name (HST-53). */
  shared: ReadonlyMap<string, string>;
  now: () => Date;
  /** Tells the relay about a session before it is started (WSP-07). */
  announce: (report: Report) => Promise<void>;
  /** The runner's token, made for this command (IDN-41). */
  issueToken: (commandId: string) => Promise<string>;
}

export interface Start {
  command: Command;
  params: SpawnParams;
  begun: Task<"agent.spawn">["begun"];
  /** Isolated workspace that the agent goes on in (restart); null: a new one is made as the params say. */
  existing: WorkspaceReport | null;
  /** The provider's conversation to go on with (HST-60); null: none is known; undefined: it is to start afresh. */
  conversation?: () => Promise<string | null | undefined>;
  /** Directory of the session that had it. */
  earlierDir?: string;
  /** Runs once nothing of this command is there yet, before anything is made. */
  first?: () => Promise<void>;
  /** Until the session is started, an abort takes back what was made of it (HST-35). */
  signal?: AbortSignal;
}

const begunElsewhere =
  "This command was begun before, and this host's journal does not know it: it may have been carried out on another host with this id, so it is not begun again";

/**
 * Starts an agent's session, or adopts the one that this command has started before (HST-16). Throws `CommandFailure`,
 * after which nothing half-made is left.
 */
export async function startSession(needs: StartNeeds, start: Start): Promise<SpawnResult> {
  const { sessions } = needs;
  const { id } = start.command;
  sessions.launching(id);
  try {
    const sessionName = sessionNameOf(id);
    const dir = sessions.dirOf(id);
    if ((await hasSession(sessions.tmux, sessionName)) || (await hasRun(dir))) {
      return { sessionName, workspace: (await readRecord(dir))?.workspace ?? null, adopted: true };
    }
    await start.first?.();
    if (start.begun === "unknown") {
      // What cannot be taken back stays; the failure to be told is this one.
      if (!start.existing) await removeHalfMade(needs, start.params).catch(() => undefined);
      throw new CommandFailure("session_died", begunElsewhere);
    }
    return await launch(needs, start, sessionName);
  } finally {
    sessions.launched(id);
  }
}

async function launch(
  needs: StartNeeds,
  { command, params, existing, conversation: earlier, earlierDir, signal }: Start,
  sessionName: string,
): Promise<SpawnResult> {
  const adapter = adapterOf(params.provider);
  if (!adapter) throw new CommandFailure("provider_missing", `This version has no adapter for ${params.provider}`);
  const dir = needs.sessions.dirOf(command.id);
  const profile = profileEnv(params.agentProfile, needs.shared);
  const surroundings = surroundingsOf(params.provider, needs);
  const rig = await rigEnv(adapter, params.rig, needs.rigsDir);
  const prepared = await prepareWorkspace(needs, { ...params, signal }, await realCwd(params.cwd, needs), existing);
  try {
    signal?.throwIfAborted();
    const base = { ...surroundings.env, ...profile, ...rig };
    const conversation = await earlier?.();
    const found = conversation && (await adapter.holds?.(conversation, prepared.cwd, base));
    const plan = await adapter.plan(
      params,
      {
        sessionDir: dir,
        sbx: sbxOf(dir),
        cwd: prepared.cwd,
        resume: found ? conversation : null,
        valueOf: (value) => hostValue(value, needs.shared, `Profile ${params.agentProfile?.name}`),
      },
      { ...surroundings, env: base },
    );
    if (found && earlierDir) {
      // What that session submitted stands in the conversation.
      plan.files.push({ name: mailJournalName, text: await carriedOver(earlierDir) });
    }
    const startedAt = needs.now().toISOString();
    const { agentId } = params;
    const { workspace } = prepared;
    const lost = conversation !== undefined && !found && adapter.holds;
    const notes = [
      ...(lost ? ["Its conversation is not on this host: it starts afresh"] : []),
      ...(plan.leftOut ?? []),
    ];
    await needs.announce({ agentId, commandId: command.id, sessionName, startedAt, end: null, workspace, notes });
    const token = await needs.issueToken(command.id);
    const reserved = await reservedFor(needs, workspace);
    signal?.throwIfAborted();
    await launchSession(needs, {
      command,
      params,
      prepared,
      plan,
      resumed: Boolean(found),
      notes,
      startedAt,
      token,
      env: { ...base, ...plan.env, ...reserved },
    });
    return { sessionName, workspace, adopted: false };
  } catch (error) {
    // This host stops: the next start of it goes on from here.
    if (error instanceof LinkClosed) throw error;
    await killSession(needs.sessions.tmux, sessionName);
    await rm(dir, { recursive: true, force: true });
    await takeBack(needs, prepared, existing);
    throw asFailure(error);
  }
}

/** Ports and database name of an isolated workspace, as its session finds them (WSP-63). */
async function reservedFor(needs: StartNeeds, { id, worktreePath }: WorkspaceReport): Promise<Record<string, string>> {
  return worktreePath === null ? {} : reservedEnv(id, await reservePorts(needs, worktreePath));
}

/** What this start made is removed if nothing was done in it; what was there before stays. */
async function takeBack(needs: StartNeeds, { workspace }: Pick<Prepared, "workspace">, existing: Start["existing"]) {
  if (workspace.id !== existing?.id) await removeUnused(needs, workspace);
}

/** Ends a session whose start came too late for the relay (HST-34). */
export async function undoStart(needs: StartNeeds, { command, params, existing }: Start): Promise<void> {
  const { sessions } = needs;
  const dir = sessions.dirOf(command.id);
  const record = await readRecord(dir);
  const { agentId } = params;
  await endSession({ tmux: sessions.tmux, sessionName: sessionNameOf(command.id), agentId, dir, graceSeconds: 0 });
  if (record?.workspace) await takeBack(needs, { workspace: record.workspace }, existing);
  else if (!existing) await removeHalfMade(needs, params);
  sessions.launched(command.id);
}

/** Whether a session of this directory was there before: one that has ended meanwhile is not started a second time. */
async function hasRun(dir: string): Promise<boolean> {
  return (await hasLog(sessionLog(dir))) || (await readExit(dir)) !== null;
}

function asFailure(error: unknown): CommandFailure {
  if (error instanceof CommandFailure) return error;
  const step = codeOf(error) ? "The session's directory could not be written" : "The session could not be started";
  return new CommandFailure(codeOf(error) ? "workspace_failed" : "session_died", `${step}: ${textOf(error)}`);
}
