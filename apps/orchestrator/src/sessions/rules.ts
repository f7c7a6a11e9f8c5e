import type { TmuxSession } from "../tmux/sessions.ts";
import type { SessionRecord } from "./record.ts";

/** A session that lives, with what is known of it. */
export interface LiveSession {
  agentId: string;
  commandId: string;
  sessionName: string;
  startedAt: string;
  /** Whether its output goes into its log. */
  piped: boolean;
  /** null where its directory is lost: tmux alone knows it. */
  record: SessionRecord | null;
}

export interface View {
  live: LiveSession[];
  /** Have a directory and no session any more. */
  ended: SessionRecord[];
  /** On our socket, and nobody's (HST-20). */
  unknown: { sessionName: string; startedAt: string | null }[];
}

/** Puts together what tmux has and what the directories say; either one is enough (HST-18). */
export function viewOf(sessions: TmuxSession[], records: SessionRecord[]): View {
  const byName = new Map(records.map((record) => [record.sessionName, record]));
  const view: View = { live: [], ended: [], unknown: [] };
  for (const { name: sessionName, createdAt, agentId, commandId, piped } of sessions) {
    const record = byName.get(sessionName);
    const startedAt = createdAt.toISOString();
    if (record) {
      view.live.push({
        agentId: record.agentId,
        commandId: record.commandId,
        sessionName,
        startedAt: record.startedAt,
        piped,
        record,
      });
    } else if (agentId && commandId) {
      view.live.push({ agentId, commandId, sessionName, startedAt, piped, record: null });
    } else {
      view.unknown.push({ sessionName, startedAt });
    }
  }
  const present = new Set(sessions.map(({ name }) => name));
  view.ended = records.filter(({ sessionName }) => !present.has(sessionName));
  return view;
}
