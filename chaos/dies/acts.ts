import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { allProcesses, straysOf } from "../../apps/orchestrator/src/sessions/processes.ts";
import { readRecords } from "../../apps/orchestrator/src/sessions/record.ts";
import { listSessions } from "../../apps/orchestrator/src/tmux/sessions.ts";
import type { AgentDetail } from "../../packages/api/src/agents/schema.ts";
import type { CommandType } from "../../packages/api/src/contracts/index.ts";
import { HOST } from "../../tests/support/signalbox.ts";
import { until } from "../../tests/support/until.ts";
import { checkRound } from "../kill-nine/check.ts";
import { allEnded, spawnOne } from "../kill-nine/round.ts";
import type { World } from "../kill-nine/world.ts";
import type { Broken } from "../lib/broken.ts";

/** How one type of command is brought about, and what it must have left. */
export interface Act {
  /** Everything before the command; the host is alive meanwhile. */
  prepare(world: World, name: string): Promise<string>;
  /** Asks for it; answers the agent that it concerns. */
  send(world: World, name: string, agentId: string): Promise<string>;
  /** Waits for the end of it and looks. */
  check(world: World, name: string, agentId: string): Promise<Broken[]>;
}

const within = { withinMs: 90_000 };

/** Stays until it is told to go, counts what it is told, and has a child; stubborn ones mind no SIGINT. */
const staying = (world: World, name: string, stubborn: boolean) =>
  [
    `say() { echo "$1 $SIGNALBOX_AGENT_ID $$" >> '${world.ledger}'; }`,
    `trap 'say int${stubborn ? "" : "; kill %1; exit 1"}' INT`,
    "say start",
    "echo loose > loose.txt",
    stubborn ? "(trap '' INT HUP; exec sleep 3600) &" : "setsid sleep 3600 &",
    `until [ -e '${join(world.machine.dir, `${name}-go`)}' ]; do sleep 0.2; done`,
    "kill %1; say end",
  ].join("\n");

/** What scripts wrote of themselves. */
export const told = (world: World, word: string, agentId: string): string[] =>
  (existsSync(world.ledger) ? readFileSync(world.ledger, "utf8") : "")
    .split("\n")
    .filter((line) => line.startsWith(`${word} ${agentId} `));

/** The agent as the relay has it. */
export const agentOf = (world: World, agentId: string): Promise<AgentDetail> =>
  world.answered((admin) => admin.agents.get.query({ agentId }));

/** Starts a script that stays, and waits until it is at work and its command is over. */
export const startStaying =
  (stubborn: boolean) =>
  async (world: World, name: string): Promise<string> => {
    const wanted = {
      provider: "shell",
      orchestratorId: HOST,
      cwd: world.repository.path,
      workspaceMode: "isolated",
      label: name,
      spawnRequestId: name,
      prompt: staying(world, name, stubborn),
    } as const;
    const { agentId } = await world.answered((admin) => admin.agents.spawn.mutate(wanted));
    const atWork = async () =>
      told(world, "start", agentId).length === 1 && (await agentOf(world, agentId)).status === "busy";
    await until(`${agentId} at work`, atWork, within);
    // Its own command is over, and nothing else is in the air.
    await until("the spawn's end", async () => (await agentOf(world, agentId)).command?.state === "succeeded", within);
    return agentId;
  };

/** The agent's last command of a type, once it is final. */
async function outcome(world: World, agentId: string, type: CommandType) {
  const over = async () => {
    const { items } = await world.answered((admin) => admin.commands.list.query({ agentId, limit: 20 }));
    const last = items.find((one) => one.type === type);
    return last?.finishedAt ? last : null;
  };
  return until(`the end of ${type} of ${agentId}`, over, within);
}

const sessionsOf = async ({ machine }: World, agentId: string) =>
  (await listSessions(machine.tmux)).filter((one) => one.agentId === agentId);

/** The agent has ended, and nothing of it is left but its work. */
async function gone(world: World, agentId: string, starts: number): Promise<Broken[]> {
  const broken: Broken[] = [];
  const note = (promise: string, seen: string) => void broken.push({ promise, seen: `${agentId}: ${seen}` });
  const over = async () => ["exited", "failed"].includes((await agentOf(world, agentId)).status);
  await until(`the end of ${agentId}`, over, within).catch((error: Error) => note("stuck", error.message));
  const left = async () =>
    (await straysOf(agentId, await allProcesses())).length + (await sessionsOf(world, agentId)).length;
  await until("nothing to be left", async () => (await left()) === 0, { withinMs: 20_000 }).catch(async () =>
    note(
      "orphaned",
      `${(await straysOf(agentId, await allProcesses())).length} processes, ${(await sessionsOf(world, agentId)).length} sessions`,
    ),
  );
  const begun = told(world, "start", agentId).length;
  if (begun !== starts) note(begun > starts ? "doubled" : "lost", `${begun} starts of ${starts}`);
  const [record] = (await readRecords(world.machine.paths.sessions)).filter((one) => one.agentId === agentId);
  if (!existsSync(join(record?.workspace?.worktreePath ?? "", "loose.txt"))) note("workLost", "loose.txt is gone");
  return broken;
}

/** A change that is spawned, worked at and landed; the checks are those of `kill -9`. */
const change: Act = {
  prepare: async () => "",
  send: async (world, name) => (await spawnOne(world, name, 200)).agentId,
  async check(world, name, agentId) {
    const acknowledged = [{ agentId, name }];
    const landedMs = (await allEnded(world, acknowledged)) ? 0 : null;
    return checkRound(world, { acknowledged, kills: { relay: 0, orchestrator: 0 }, landedMs });
  },
};

/** Lets a script that stays end. */
export const goOn = (world: World, name: string) => writeFileSync(join(world.machine.dir, `${name}-go`), "");

export const acts: Partial<Record<CommandType, Act>> = {
  "agent.spawn": change,
  "workspace.land": change,
  "agent.shutdown": {
    prepare: startStaying(true),
    async send(world, _, agentId) {
      await world.answered((admin) => admin.agents.shutdown.mutate({ agentId, graceSeconds: 1 }));
      return agentId;
    },
    async check(world, _, agentId) {
      const { state, error } = await outcome(world, agentId, "agent.shutdown");
      const broken = await gone(world, agentId, 1);
      if (state !== "succeeded") broken.push({ promise: "lost", seen: `${state} ${error?.message}` });
      return broken;
    },
  },
  "agent.restart": {
    prepare: startStaying(false),
    async send(world, _, agentId) {
      await world.answered((admin) => admin.agents.restart.mutate({ agentId }));
      return agentId;
    },
    async check(world, name, agentId) {
      const { state, error } = await outcome(world, agentId, "agent.restart");
      const broken: Broken[] = [];
      if (state !== "succeeded") broken.push({ promise: "lost", seen: `${state} ${error?.message}` });
      const again = async () =>
        told(world, "start", agentId).length > 1 && (await agentOf(world, agentId)).status === "busy";
      // One that is not known to have run is not begun again: then there is no second run to wait for.
      if (state === "succeeded")
        await until("the second run", again, within).catch((error: Error) =>
          broken.push({ promise: "stuck", seen: error.message }),
        );
      const sessions = await sessionsOf(world, agentId);
      if (sessions.length > 1) broken.push({ promise: "doubled", seen: `${sessions.length} sessions of ${agentId}` });
      goOn(world, name);
      return [...broken, ...(await gone(world, agentId, 2))];
    },
  },
  "agent.interrupt": {
    prepare: startStaying(true),
    async send(world, _, agentId) {
      await world.answered((admin) => admin.agents.interrupt.mutate({ agentId }));
      return agentId;
    },
    async check(world, name, agentId) {
      const { state, result, error } = await outcome(world, agentId, "agent.interrupt");
      const broken: Broken[] = [];
      goOn(world, name);
      broken.push(...(await gone(world, agentId, 1)));
      const times = told(world, "int", agentId).length;
      const said = `${times} interrupts; ${state} ${JSON.stringify(result)} ${error?.message}`;
      if (times > 1) broken.push({ promise: "doubled", seen: said });
      if (state === "succeeded" && times !== 1) broken.push({ promise: "untrue", seen: said });
      if (state !== "succeeded" && !error?.message.includes("restarted"))
        broken.push({ promise: "unexplained", seen: said });
      return broken;
    },
  },
};
