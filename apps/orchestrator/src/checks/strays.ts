import { allProcesses, bearing, signalAll } from "../sessions/processes.ts";
import { until } from "../until.ts";

/** Stands in the environment of everything that a queue's checks start. */
export const markName = "SIGNALBOX_LANDING";

/**
 * Kills what bears a queue's mark: what left its process group, or outlived an orchestrator that was killed. Nothing but the check that runs now
 * may write in the queue's worktree. Answers whether all is gone.
 */
export async function killMarked(mark: string): Promise<boolean> {
  const left = async () => bearing(`${markName}=${mark}`, await allProcesses());
  return until(
    async () => {
      const pids = await left();
      signalAll(pids, "SIGKILL");
      return pids.length === 0;
    },
    { withinMs: 10_000, everyMs: 20 },
  );
}
