import { killSession, listSessions } from "../tmux/sessions.ts";
import type { Tmux } from "../tmux/tmux.ts";
import { until } from "../until.ts";
import { allProcesses, belonging, signalAll, straysOf } from "./processes.ts";
import { readExit } from "./record.ts";

interface Ending {
  tmux: Tmux;
  sessionName: string;
  agentId: string;
  /** The session's directory, where the runner leaves how it ended. */
  dir: string;
  graceSeconds: number;
}

const killAfterMs = 5_000;
const farewellMs = 5_000;

/**
 * Ends a session and everything in it (HST-24): asks (SIGINT), after the grace SIGTERM, 5 s later SIGKILL. The runner
 * outlives its program for as long as it needs to say how that ended. Answers whether the session is gone.
 */
export async function endSession({ tmux, sessionName, agentId, dir, graceSeconds }: Ending): Promise<boolean> {
  const all = await listSessions(tmux);
  const session = all.find(({ name }) => name === sessionName);
  if (!session) return true;
  // After a restart another session may bear the same agent's name: what runs in that one is not this one's stray.
  const others = all.filter((other) => other.name !== sessionName && other.agentId === agentId);
  const program = async () => {
    const processes = await allProcesses();
    const kept = new Set(others.flatMap(({ pid }) => [pid, ...belonging(processes, pid)])).add(session.pid);
    const found = [...belonging(processes, session.pid), ...(await straysOf(agentId, processes))];
    return [...new Set(found)].filter((pid) => !kept.has(pid));
  };
  const programEnded = async () => (await program()).length === 0;
  const sessionGone = async () => !(await listSessions(tmux)).some(({ name }) => name === sessionName);

  // A runner that has not started its program yet does not start it any more.
  signalAll([session.pid], "SIGTERM");
  const steps: [NodeJS.Signals, number][] = [
    ["SIGINT", graceSeconds * 1000],
    ["SIGTERM", killAfterMs],
    ["SIGKILL", killAfterMs],
  ];
  for (const [signal, withinMs] of steps) {
    signalAll(await program(), signal);
    if (await until(programEnded, { withinMs, everyMs: 100 })) break;
  }
  const said = async () => (await sessionGone()) || (await readExit(dir)) !== null;
  await until(said, { withinMs: farewellMs, everyMs: 100 });
  if (!(await until(sessionGone, { withinMs: 2_000, everyMs: 100 }))) {
    signalAll([session.pid], "SIGKILL");
    await killSession(tmux, sessionName);
  }
  signalAll(await program(), "SIGKILL");
  return until(sessionGone, { withinMs: farewellMs, everyMs: 100 });
}
