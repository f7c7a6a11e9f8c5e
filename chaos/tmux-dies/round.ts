import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { allProcesses, straysOf } from "../../apps/orchestrator/src/sessions/processes.ts";
import { readRecords } from "../../apps/orchestrator/src/sessions/record.ts";
import { tmux } from "../../apps/orchestrator/src/tmux/tmux.ts";
import { HOST } from "../../tests/support/signalbox.ts";
import { until } from "../../tests/support/until.ts";
import { agentOf, told } from "../dies/acts.ts";
import type { World } from "../kill-nine/world.ts";
import type { Broken } from "../lib/broken.ts";
import type { Random } from "../random.ts";

/** Programs that must not outlive their session, whatever they did to stay. */
const children = {
  plain: "sleep 3600 &",
  "deaf to HUP and INT": "(trap '' INT HUP; exec sleep 3600) &",
  "in a session of its own": "setsid sleep 3600 &",
  "a daemon": "(setsid nohup sleep 3600 > /dev/null 2>&1 &)",
};

/** Writes that it began, leaves a file that is not committed, and never ends by itself. */
const script = (ledger: string, child: string) =>
  [
    `echo "start $SIGNALBOX_AGENT_ID $$" >> '${ledger}'`,
    "echo loose > loose.txt",
    child,
    "while :; do sleep 1; done",
  ].join("\n");

async function spawnOne(world: World, name: string, prompt: string): Promise<string> {
  const place = { provider: "shell", orchestratorId: HOST, cwd: world.repository.path } as const;
  const wanted = { ...place, workspaceMode: "isolated", label: name, spawnRequestId: name, prompt } as const;
  return (await world.answered((admin) => admin.agents.spawn.mutate(wanted))).agentId;
}

const ended = (world: World, agentId: string, withinMs: number) =>
  until(
    `the end of ${agentId}`,
    async () => {
      const agent = await agentOf(world, agentId);
      return agent.status === "exited" || agent.status === "failed" ? agent : null;
    },
    { withinMs },
  );

/** Ends the tmux server of this machine alone, as the kernel does; false when there is none. */
async function killServer({ machine }: World): Promise<boolean> {
  const { code, stdout } = await tmux(machine.tmux, ["display-message", "-p", "#{pid}"]);
  if (code !== 0) return false;
  process.kill(Number(stdout.trim()), "SIGKILL");
  return true;
}

/** Agents at work and one that is being started, the server killed under them, and a new agent afterwards. */
export async function playServer(world: World, random: Random, number: number) {
  const broken: Broken[] = [];
  const note = (promise: string, seen: string) => void broken.push({ promise, seen });
  const agents = await Promise.all(
    Object.values(children).map((child, i) => spawnOne(world, `tmux-${number}-${i}`, script(world.ledger, child))),
  );
  for (const agentId of agents)
    await until(
      `${agentId} at work`,
      async () => told(world, "start", agentId).length === 1 && (await agentOf(world, agentId)).status === "busy",
      { withinMs: 60_000 },
    );
  const starting = await spawnOne(world, `tmux-${number}-starting`, script(world.ledger, children.plain));
  await delay(random.between(0, 400));
  await killServer(world);
  const from = performance.now();

  for (const agentId of agents) {
    const agent = await ended(world, agentId, 30_000).catch((error: Error) => void note("stuck", error.message));
    if (agent && (agent.status !== "exited" || agent.statusReason?.kind === "completed"))
      note("untrue", `${agentId} ${agent.status} ${JSON.stringify(agent.statusReason)}`);
  }
  const knownMs = performance.now() - from;

  // The one that was being started either runs, or has failed with a reason; never twice, never nothing.
  const settled = async () => {
    const agent = await agentOf(world, starting);
    return agent.status === "busy" || agent.status === "exited" || agent.status === "failed" ? agent : null;
  };
  const one = await until(`${starting} to be settled`, settled, { withinMs: 60_000 }).catch(
    (error: Error) => void note("stuck", error.message),
  );
  const runs = told(world, "start", starting).length;
  if (runs > 1) note("doubled", `${starting} began ${runs} times`);
  if (one?.status === "busy" && !(await killServer(world))) note("untrue", `${starting} is busy without a server`);
  if (one?.status === "busy")
    await ended(world, starting, 30_000).catch((error: Error) => note("stuck", error.message));

  const left = async () => {
    const processes = await allProcesses();
    return (await Promise.all([...agents, starting].map((agentId) => straysOf(agentId, processes)))).flat();
  };
  await until("nothing to be left", async () => (await left()).length === 0, { withinMs: 30_000 }).catch(async () =>
    note("orphaned", `processes ${await left()}`),
  );
  for (const pid of await left()) process.kill(pid, "SIGKILL");
  const records = await readRecords(world.machine.paths.sessions);
  for (const agentId of agents) {
    const place = records.find((record) => record.agentId === agentId)?.workspace?.worktreePath ?? "";
    if (!existsSync(join(place, "loose.txt"))) note("workLost", `${agentId}: loose.txt in ${place}`);
  }

  const after = await spawnOne(world, `tmux-${number}-after`, "echo after");
  const last = await ended(world, after, 60_000).catch((error: Error) => void note("stuck", error.message));
  if (last && last.statusReason?.kind !== "completed") note("refused", JSON.stringify(last.statusReason));
  const seen = world.orchestrator.failures();
  if (seen.length) note("down", seen.join("; "));
  return { broken, knownMs };
}
