import { setTimeout as delay } from "node:timers/promises";
import { textOf } from "./failure.ts";
import type { Git } from "./git/index.ts";
import type { Link } from "./link/link.ts";
import { problemOf } from "./link/problem.ts";
import type { Log } from "./log.ts";
import { isReported, isSettled, markSettled, readExit } from "./sessions/record.ts";
import { forgetOld } from "./sessions/retention.ts";
import { keepLogs, type Report, type Sessions } from "./sessions/sessions.ts";
import { lookAt } from "./workspaces/look.ts";

interface Needs {
  sessions: Sessions;
  link: Link;
  log: Log;
  /** Days that an ended session is kept; null while the relay has not said (HST-49). */
  keepDays: () => number | null;
}

/** Runs again and again, with a pause after each time; a time that fails is logged and changes nothing. */
export async function every(ms: number, signal: AbortSignal, log: Log, work: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await work().catch((error: unknown) => {
      if (!signal.aborted) log.warn(textOf(error));
    });
    await delay(ms, undefined, { signal }).catch(() => undefined);
  }
}

/** Reports what ended without its runner saying so, keeps output that is kept no more, and forgets what is long over (HST-21). */
export async function watchSessions({ sessions, link, log, keepDays }: Needs, now: Date): Promise<void> {
  const view = await sessions.look();
  await keepLogs(sessions, view);
  await forgetOld(sessions, view, { now, keepDays: keepDays() });
  if (!link.current()) return;
  for (const { record, end } of await sessions.unreported(view)) {
    const { agentId, commandId } = record;
    try {
      await link.call((relay) => relay.agents.reportExit.mutate({ agentId, commandId, end }));
    } catch (error) {
      if (!problemOf(error)) throw error;
      log.warn({ agentId }, `the end of the session was refused: ${textOf(error)}`);
    }
    await sessions.confirm([record]);
    log.info({ agentId, exitCode: end.exitCode, signal: end.signal }, "session ended");
  }
}

/** Looks at the worktrees of live sessions and answers those that changed since the last look (WSP-10). */
export function createWorktreeWatch({ sessions, git }: { sessions: Sessions; git: Git }): () => Promise<Report[]> {
  const seen = new Map<string, string>();
  return async () => {
    const changed: Report[] = [];
    for (const session of (await sessions.look()).live) {
      const workspace = session.record?.workspace && (await lookAt(git, session.record.workspace));
      const mark = JSON.stringify(workspace);
      if (!workspace || seen.get(workspace.id) === mark) continue;
      seen.set(workspace.id, mark);
      changed.push({ ...sessions.reportOf(session, null), workspace });
    }
    return changed;
  };
}

/**
 * Says once what an ended session left in its worktree, so that the relay can give up an empty one (WSP-64). What was
 * said is marked beside the session: a restart does not look at all worktrees of the last two weeks again.
 */
export function createFarewellWatch({
  sessions,
  git,
  report,
}: {
  sessions: Sessions;
  git: Git;
  report: (agents: Report[]) => Promise<void>;
}): () => Promise<void> {
  return async () => {
    for (const record of (await sessions.look()).ended) {
      const dir = sessions.dirOf(record.commandId);
      if (record.workspace?.mode !== "isolated") continue;
      // The end itself comes first, with exit code and last lines.
      if ((await isSettled(dir)) || !(await isReported(dir))) continue;
      const left = await lookAt(git, record.workspace);
      if (left) {
        const end = (await readExit(dir))?.end ?? { exitCode: null, signal: null, lastLines: [] };
        await report([{ ...sessions.reportOf(record, end), workspace: left }]);
      }
      await markSettled(dir);
    }
  };
}
