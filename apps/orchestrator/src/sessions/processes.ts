import { readdir, readFile } from "node:fs/promises";
import { exec } from "../exec.ts";

export interface Process {
  pid: number;
  parent: number;
  /** Leader of its session; 0 where the system does not say. */
  session: number;
}

/** All processes that this machine shows. */
export async function allProcesses(): Promise<Process[]> {
  return process.platform === "linux" ? fromProc() : fromPs();
}

async function fromProc(): Promise<Process[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, "latin1").catch(() => null)));
  return stats.flatMap((stat) => {
    if (!stat) return [];
    // The program's name stands in brackets and may hold anything; a zombie is gone but for its parent's knowledge.
    const [state, parent, , session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" ? [] : [{ pid: Number.parseInt(stat, 10), parent: Number(parent), session: Number(session) }];
  });
}

async function fromPs(): Promise<Process[]> {
  const { stdout } = await exec("ps", ["-axo", "pid=,ppid=,stat="], { env: { PATH: "/bin:/usr/bin" } });
  return stdout.split("\n").flatMap((line) => {
    const [pid, parent, state] = line.trim().split(/\s+/);
    return pid && !state?.startsWith("Z") ? [{ pid: Number(pid), parent: Number(parent), session: 0 }] : [];
  });
}

/** Descendants of `root`, and whatever else is in its session; without `root` itself. */
export function belonging(processes: Process[], root: number): number[] {
  const members = new Set([root, ...processes.filter(({ session }) => session === root).map(({ pid }) => pid)]);
  for (let size = 0; size !== members.size; ) {
    size = members.size;
    for (const { pid, parent } of processes) if (members.has(parent)) members.add(pid);
  }
  members.delete(root);
  return [...members];
}

/** Processes that left the session's tree but still carry its agent's name in their environment; Linux only. */
export const straysOf = (agentId: string, processes: Process[]): Promise<number[]> =>
  bearing(`SIGNALBOX_AGENT_ID=${agentId}`, processes);

/** Processes with this variable in their environment; Linux only. */
export async function bearing(variable: string, processes: Process[]): Promise<number[]> {
  if (process.platform !== "linux") return [];
  const wanted = `\0${variable}\0`;
  const marked = await Promise.all(
    processes.map(async ({ pid }) => {
      const environment = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
      return `\0${environment}`.includes(wanted) ? [pid] : [];
    }),
  );
  return marked.flat();
}

/** Sends a signal; a process that has gone meanwhile is no matter. */
export function signalAll(pids: number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // Ended between the look and the signal.
    }
  }
}
