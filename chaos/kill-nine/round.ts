import { setTimeout as delay } from "node:timers/promises";
import { HOST } from "../../tests/support/signalbox.ts";
import { until } from "../../tests/support/until.ts";
import type { Random } from "../random.ts";
import type { World } from "./world.ts";

const agents = 5;
const landWithinMs = 120_000;

/** One agent that the relay has acknowledged. */
export interface Acknowledged {
  agentId: string;
  /** Subject of its only commit, and name of its file. */
  name: string;
}

export interface Round {
  acknowledged: Acknowledged[];
  kills: { relay: number; orchestrator: number };
  /** From the first spawn until every agent had ended; null when some had not by the deadline. */
  landedMs: number | null;
}

/** What a script prints at its start, while it works and at its end. */
export const fullOutput = (name: string) => ["begins", "works", "ends"].map((word) => `${name} ${word}`);

/** Edits its own file, commits, hands over, waits for the landing; says at its start and at its end that it ran. */
const script = ({ ledger }: World, name: string, pauseMs: number) => {
  const [begins, works, ends] = fullOutput(name);
  return [
    "set -e",
    `echo ${begins}`,
    `echo "start $SIGNALBOX_AGENT_ID $$" >> '${ledger}'`,
    `echo "$SIGNALBOX_AGENT_ID" >> ${name}.txt`,
    `git add ${name}.txt`,
    `git commit -q -m ${name}`,
    `sleep ${(pauseMs / 1000).toFixed(2)}`,
    `echo ${works}`,
    "sbx ready",
    "sbx status --wait",
    `echo ${ends}`,
    `echo "end $SIGNALBOX_AGENT_ID $$" >> '${ledger}'`,
  ].join("\n");
};

/** Starts one agent that lands one change and ends. */
export async function spawnOne(world: World, name: string, pauseMs: number): Promise<Acknowledged> {
  const wanted = {
    provider: "shell",
    orchestratorId: HOST,
    cwd: world.repository.path,
    workspaceMode: "isolated",
    label: name,
    spawnRequestId: name,
    prompt: script(world, name, pauseMs),
  } as const;
  const { agentId } = await world.answered((admin) => admin.agents.spawn.mutate(wanted));
  return { agentId, name };
}

/** Two to four times the relay, the orchestrator or both, each up to two seconds after everything was back. */
async function killAround(world: World, random: Random, over: () => boolean): Promise<Round["kills"]> {
  const kills = { relay: 0, orchestrator: 0 };
  for (let left = Math.floor(random.between(2, 5)); left > 0; left -= 1) {
    const victims = random.pick([["relay"], ["orchestrator"], ["relay", "orchestrator"]] as const);
    await delay(random.between(0, 2_000));
    if (over()) break;
    for (const name of victims) if (world[name].kill()) kills[name] += 1;
    if (random.between(0, 1) < 0.7) await Promise.all([world.relay.ready(), world.orchestrator.ready()]);
  }
  return kills;
}

/** Waits until all have ended; false when some have not in two minutes. */
export async function allEnded(world: World, acknowledged: Acknowledged[]): Promise<boolean> {
  const ended = async () => {
    const { items } = await world.answered((admin) => admin.agents.list.query({ status: "all", limit: 50 }));
    const over = new Set(items.flatMap(({ id, status }) => (status === "exited" || status === "failed" ? [id] : [])));
    return acknowledged.every(({ agentId }) => over.has(agentId));
  };
  return until("every agent to end", ended, { withinMs: landWithinMs }).then(
    () => true,
    () => false,
  );
}

/** Starts the agents, kills around them, and waits until all have ended. */
export async function playRound(world: World, random: Random, number: number): Promise<Round> {
  const from = performance.now();
  const pauses = Array.from({ length: agents }, () => random.between(0, 2_000));
  let done = false;
  const killing = killAround(world, random, () => done);
  const acknowledged = await Promise.all(
    pauses.map((pause, i) => spawnOne(world, `round-${number}-agent-${i}`, pause)),
  );
  const ended = await allEnded(world, acknowledged);
  const landedMs = ended ? performance.now() - from : null;
  done = true;
  const kills = await killing;
  await Promise.all([world.relay.ready(), world.orchestrator.ready()]);
  return { acknowledged, kills, landedMs };
}
