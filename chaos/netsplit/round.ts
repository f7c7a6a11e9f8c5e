import { setTimeout as delay } from "node:timers/promises";
import { HOST } from "../../tests/support/signalbox.ts";
import { until } from "../../tests/support/until.ts";
import { agentOf } from "../dies/acts.ts";
import { checkRound } from "../kill-nine/check.ts";
import { type Acknowledged, allEnded, spawnOne } from "../kill-nine/round.ts";
import type { World } from "../kill-nine/world.ts";
import type { Broken } from "../lib/broken.ts";
import type { Cable, Line } from "../lib/proxy.ts";
import type { Random } from "../random.ts";

/** What is done to the line between host and relay, and for how long. */
export interface Weather {
  name: string;
  line: Line;
  seconds: number;
  /** Each side whose bytes no longer arrive must notice within 15 s. */
  noticed: boolean;
  agents: number;
  /** The agents are at work before it: a start that is under way for ten minutes is given up (HST-33). */
  outlastsStarts?: boolean;
}

const noticeWithinMs = 15_000;
const none = { relay: 0, orchestrator: 0 };

/** The host is there again, and what it was told last has been done. */
async function healed(world: World): Promise<void> {
  const online = async () => {
    const { state } = await world.answered((admin) => admin.orchestrators.get.query({ id: HOST }));
    return state === "online";
  };
  await until("the host to be online", online, { withinMs: 60_000 });
}

/** Their starts are over. */
async function atWork(world: World, agents: Acknowledged[]): Promise<void> {
  for (const { agentId } of agents) {
    const started = async () => (await agentOf(world, agentId)).command?.state === "succeeded";
    await until(`the start of ${agentId}`, started, { withinMs: 25_000 });
  }
}

/** Agents that work and land, and bad weather in the middle of it. */
export async function playWeather(
  world: World,
  proxy: Cable,
  { name, line, seconds, noticed, agents, outlastsStarts = false }: Weather,
  random: Random,
) {
  const broken: Broken[] = [];
  const atLeast = outlastsStarts ? 30_000 : 0;
  const pauses = Array.from({ length: agents }, () => atLeast + random.between(0, 3_000));
  const spawned = pauses.map((pause, i) => spawnOne(world, `${name}-${i}`, pause));
  if (outlastsStarts) await atWork(world, await Promise.all(spawned));
  await delay(random.between(0, 3_000));
  proxy.become(line);
  await delay(seconds * 1_000);
  const seen = proxy.noticedMs();
  if (noticed && seconds * 1_000 > noticeWithinMs)
    for (const side of ["host", "relay"] as const)
      if ((seen[side] ?? Number.POSITIVE_INFINITY) > noticeWithinMs)
        broken.push({ promise: "unnoticed", seen: `the ${side} noticed after ${seen[side]} ms` });
  proxy.become({ kind: "open" });
  const from = performance.now();
  const acknowledged: Acknowledged[] = await Promise.all(spawned);
  await healed(world);
  const landedMs = (await allEnded(world, acknowledged)) ? performance.now() - from : null;
  broken.push(...(await checkRound(world, { acknowledged, kills: none, landedMs })));
  return { broken, seen, landedMs: landedMs ?? 0 };
}
