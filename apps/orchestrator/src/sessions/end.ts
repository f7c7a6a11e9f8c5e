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

interface Own extends Pick<Ending, "tmux" | "sessionName" | "agentId"> {
  /** The runner, whose descendants count too, and not itself. */
  runner?: number;
}

/**
 * What bears the agent's name, wherever it is. After a restart another session may bear it too: what runs in that one is
 * not this one's.
 */
async function programs({ tmux, sessionName, agentId, runner }: Own): Promise<number[]> {
  const others = (await listSessions(tmux)).filter(
    ({ name, agentId: whose }) => name !== sessionName && whose === agentId,
  );
  const processes = await allProcesses();
  const kept = new Set(others.flatMap(({ pid }) => [pid, ...belonging(processes, pid)]));
  const below = runner ? belonging(processes, runner) : [];
  const found = new Set([...below, ...(await straysOf(agentId, processes))]);
  return [...found].filter((pid) => pid !== runner && !kept.has(pid));
}

/** Ends what is left of a session that has gone otherwise than by `endSession`: asks, and 5 s later kills (HST-24). */
export async function endLeft(own: Own, ask: NodeJS.Signals = "SIGTERM"): Promise<void> {
  for (const signal of [ask, "SIGKILL"] as const) {
    const left = await programs(own);
    if (!left.length) return;
    signalAll(left, signal);
    await until(async () => (await programs(own)).length === 0, { withinMs: killAfterMs, everyMs: 100 });
  }
}

/**
 * Ends a session and everything in it (HST-24): asks (SIGINT), after the grace SIGTERM, 5 s later SIGKILL. The runner
 * outlives its program for as long as it needs to say how that ended. Answers whether the session is gone.
 */
export async function endSession({ tmux, sessionName, agentId, dir, graceSeconds }: Ending): Promise<boolean> {
  const own = { tmux, sessionName, agentId };
  const session = (await listSessions(tmux)).find(({ name }) => name === sessionName);
  if (!session) {
    await endLeft(own);
    return true;
  }
  const program = () => programs({ ...own, runner: session.pid });
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
