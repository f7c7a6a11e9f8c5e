import { cpSync, mkdirSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostPaths } from "../../apps/orchestrator/src/paths.ts";
import { allProcesses, belonging, signalAll } from "../../apps/orchestrator/src/sessions/processes.ts";
import { listSessions } from "../../apps/orchestrator/src/tmux/sessions.ts";
import { tmux } from "../../apps/orchestrator/src/tmux/tmux.ts";
import type { Machine } from "../../tests/support/machine.ts";

/** A second home with a copy of everything that the host keeps, as a cloned disk has it; its tmux is its own. */
export function cloneOf(machine: Machine) {
  const home = join(machine.dir, "clone");
  mkdirSync(home);
  cpSync(machine.paths.host, join(home, "host"), { recursive: true });
  const paths = hostPaths({ home: realpathSync(home), tmp: tmpdir(), uid: process.getuid?.() ?? 0 });
  const server = { socket: paths.tmuxSocket, env: machine.env };
  return {
    env: { SIGNALBOX_HOME: home },
    async [Symbol.asyncDispose]() {
      const processes = await allProcesses();
      for (const { pid } of await listSessions(server)) signalAll([pid, ...belonging(processes, pid)], "SIGKILL");
      await tmux(server, ["kill-server"]);
    },
  };
}
