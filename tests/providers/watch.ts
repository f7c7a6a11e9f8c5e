import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { allProcesses, belonging } from "../../apps/orchestrator/src/sessions/processes.ts";
import { captureScreen, listSessions, type TmuxSession } from "../../apps/orchestrator/src/tmux/sessions.ts";
import type { AgentDetail } from "../../packages/api/src/agents/schema.ts";
import type { Signalbox } from "../support/signalbox.ts";
import { until } from "../support/until.ts";

/** What is to be seen of the agents of a relay and its host, and of their programs. */
export function watch(box: Signalbox) {
  const agentOf = (agentId: string): Promise<AgentDetail> => box.admin.agents.get.query({ agentId });

  async function sessionOf(agentId: string): Promise<TmuxSession & { dir: string }> {
    const session = (await listSessions(box.machine.tmux)).find((one) => one.agentId === agentId);
    if (!session?.commandId) throw new Error(`${agentId} has no session`);
    return { ...session, dir: join(box.machine.paths.sessions, session.commandId) };
  }

  const screenOf = async (agentId: string): Promise<string> => {
    const screen = await sessionOf(agentId).then(({ name }) => captureScreen(box.machine.tmux, name), String);
    return Array.isArray(screen) ? screen.join("\n") : `${screen}`;
  };

  /** The agent once it is so; a failure says what it and its screen are instead. */
  const becomes = (agentId: string, what: string, so: (agent: AgentDetail) => boolean) =>
    until(
      `${agentId} ${what}`,
      async () => {
        const agent = await agentOf(agentId);
        return so(agent) ? agent : null;
      },
      {
        withinMs: 90_000,
        also: async () => `${JSON.stringify(await agentOf(agentId))}\n${await screenOf(agentId)}\n${box.output()}`,
      },
    );

  return {
    agentOf,
    sessionOf,
    screenOf,
    becomes,
    idle: (agentId: string) => becomes(agentId, "idle", ({ status }) => status === "idle"),
    busy: (agentId: string) => becomes(agentId, "busy", ({ status }) => status === "busy"),
    blocked: (agentId: string, text: string) =>
      becomes(
        agentId,
        `blocked by ${text}`,
        ({ status, statusReason }) => status === "blocked" && Boolean(statusReason?.text?.includes(text)),
      ),
    /** Shuts it down; the seconds that its program took to end, which is asked to and has 60 s for it (HST-24). */
    async secondsToEnd(agentId: string): Promise<number> {
      const asked = await box.admin.agents.shutdown.mutate({ agentId, graceSeconds: 60 });
      const commandId = asked.command?.id ?? "";
      const over = async () => {
        const { startedAt, finishedAt } = await box.admin.commands.get.query({ commandId });
        return startedAt && finishedAt ? { startedAt, finishedAt } : null;
      };
      const { startedAt, finishedAt } = await until(`${agentId} to be shut down`, over, { withinMs: 90_000 });
      return (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
    },
    /** Keys of a person in the agent's terminal. */
    press: (agentId: string, data: string) => box.admin.terminals.input.mutate({ agentId, data }),
    /** A person's answer to what is on the screen; a program that has just drawn its question may not hear the first key. */
    async answer(agentId: string, shown: string | RegExp, data: string): Promise<void> {
      const isShown = async () => (await screenOf(agentId)).search(shown) >= 0;
      await until(`${agentId} shows ${shown}`, isShown, { withinMs: 60_000 });
      await until(
        `${agentId} takes the answer to ${shown}`,
        async () => {
          await box.admin.terminals.input.mutate({ agentId, data });
          return until("the next screen", async () => !(await isShown()), { withinMs: 2_000 }).catch(() => false);
        },
        { withinMs: 60_000 },
      );
    },
    /** Every argument and variable of the session's processes but the runner's, and every file of its directory. */
    async given(agentId: string): Promise<string> {
      const { pid, dir } = await sessionOf(agentId);
      const pids = belonging(await allProcesses(), pid).filter((one) => one !== pid);
      if (pids.length === 0) throw new Error(`${agentId} has no program`);
      const files = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isFile());
      const paths = [
        ...pids.flatMap((one) => [`/proc/${one}/cmdline`, `/proc/${one}/environ`]),
        ...files.map(({ name }) => join(dir, name)),
      ];
      return paths.map((path) => (existsSync(path) ? readFileSync(path, "latin1") : "")).join("\n");
    },
  };
}
