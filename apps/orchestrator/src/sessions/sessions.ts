import { rm } from "node:fs/promises";
import type { AgentReport, SessionEnd, WorkspaceReport } from "@signalbox/api/contracts";
import type { z } from "zod";
import { listSessions, pipeTo } from "../tmux/sessions.ts";
import type { Tmux } from "../tmux/tmux.ts";
import { endLeft } from "./end.ts";
import { sessionLog, unseenEnd } from "./output.ts";
import {
  commandIdOf,
  isReported,
  markReported,
  readExit,
  readRecords,
  type SessionRecord,
  sessionDir,
  writeRecord,
} from "./record.ts";
import { type LiveSession, type View, viewOf } from "./rules.ts";

export type Report = z.input<typeof AgentReport>;

/** The sessions of this host: what lives, what ended and is not reported yet. */
export interface Sessions {
  tmux: Tmux;
  /** Looks at tmux and at the directories; sessions being started are left out of `ended`. */
  look(): Promise<View>;
  /** From now on until `launched`, this command's session is expected to be missing. */
  launching(commandId: string): void;
  launched(commandId: string): void;
  /** Ended sessions that the relay has not confirmed. */
  unreported(view: View): Promise<{ record: SessionRecord; end: SessionEnd }[]>;
  /** All that `orchestrators.reportAgents` is told about a session. */
  reportOf(session: LiveSession | SessionRecord, end: SessionEnd | null): Report;
  /** The relay knows the end of these; what is left of them ends (HST-24). */
  confirm(records: SessionRecord[]): Promise<void>;
  /** The workspace of these sessions is on another branch now (WSP-41). */
  rebranched(workspaceId: string, fresh: Pick<WorkspaceReport, "branch" | "baseSha" | "headSha">): Promise<void>;
  dirOf(commandId: string): string;
  /** The directory of the session with this name; its command is in the name (HST-15). */
  dirNamed(sessionName: string): string;
}

export function createSessions({ tmux, directory }: { tmux: Tmux; directory: string }): Sessions {
  const starting = new Set<string>();
  const dirOf = (commandId: string) => sessionDir(directory, commandId);
  return {
    tmux,
    dirOf,
    dirNamed: (sessionName) => dirOf(commandIdOf(sessionName)),
    async look() {
      // Directories first: a session that starts between the two looks is then seen as live, never as ended.
      const records = await readRecords(directory);
      // As it is before tmux is asked: what has started by the time of its answer may not be in it.
      const missing = new Set(starting);
      const view = viewOf(await listSessions(tmux), records);
      return { ...view, ended: view.ended.filter(({ commandId }) => !missing.has(commandId)) };
    },
    launching: (commandId) => void starting.add(commandId),
    launched: (commandId) => void starting.delete(commandId),
    async unreported({ ended }) {
      const open = await Promise.all(
        ended.map(async (record) => ((await isReported(dirOf(record.commandId))) ? [] : [record])),
      );
      return Promise.all(
        open.flat().map(async (record) => {
          const dir = dirOf(record.commandId);
          return { record, end: (await readExit(dir))?.end ?? (await unseenEnd(dir)) };
        }),
      );
    },
    reportOf(session, end) {
      const record = "record" in session ? session.record : session;
      const { agentId, commandId, sessionName, startedAt } = session;
      const { workspace = null, notes = [] } = record ?? {};
      return { agentId, commandId, sessionName, startedAt, end, workspace, notes };
    },
    async confirm(records) {
      for (const { commandId, runnerSocket, sessionName, agentId } of records) {
        await endLeft({ tmux, sessionName, agentId });
        await markReported(dirOf(commandId));
        await rm(runnerSocket, { force: true });
      }
    },
    async rebranched(workspaceId, fresh) {
      for (const record of await readRecords(directory)) {
        if (record.workspace?.id !== workspaceId) continue;
        await writeRecord(dirOf(record.commandId), { ...record, workspace: { ...record.workspace, ...fresh } });
      }
    },
  };
}

/** A session whose output goes nowhere any more, since what kept it was killed, gets it kept again (HST-49). */
export async function keepLogs({ tmux, dirOf }: Sessions, { live }: View): Promise<void> {
  for (const { commandId, sessionName, piped } of live) {
    if (!piped) await pipeTo(tmux, sessionName, sessionLog(dirOf(commandId)));
  }
}
