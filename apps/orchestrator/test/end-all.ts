import { allProcesses, belonging, signalAll } from "../src/sessions/processes.ts";
import { listSessions } from "../src/tmux/sessions.ts";
import { type Tmux, tmux } from "../src/tmux/tmux.ts";
import { until } from "../src/until.ts";

/** Ends every session with its processes and the tmux server, and waits for what kept their output: then nothing is written any more. */
export async function endAll(server: Tmux): Promise<void> {
  const processes = await allProcesses();
  const { stdout } = await tmux(server, ["display-message", "-p", "#{pid}"]);
  // What keeps a session's output belongs to tmux, not to the session.
  const keepers = stdout ? belonging(processes, Number(stdout)) : [];
  for (const { pid } of await listSessions(server)) signalAll([pid, ...belonging(processes, pid)], "SIGKILL");
  await tmux(server, ["kill-server"]);
  const gone = async () => !(await allProcesses()).some(({ pid }) => keepers.includes(pid));
  if (!(await until(gone, { withinMs: 10_000 }))) throw new Error("what kept the output of sessions goes on");
}
