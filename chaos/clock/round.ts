import { setTimeout as delay } from "node:timers/promises";
import { playHost } from "../../tests/support/played-host.ts";
import { HOST } from "../../tests/support/signalbox.ts";
import { until } from "../../tests/support/until.ts";
import { checkRound } from "../kill-nine/check.ts";
import { allEnded, spawnOne } from "../kill-nine/round.ts";
import type { World } from "../kill-nine/world.ts";
import type { Broken } from "../lib/broken.ts";
import type { Random } from "../random.ts";
import type { SteppedClock } from "./step.ts";

const staleMs = 15_000;
/** A loop looks each second, and the machine may be busy. */
const lateMs = 6_000;

/** Agents that work and land, a host that drops its connection, a command that nobody takes, and the clocks set meanwhile. */
export async function playStep(
  world: World,
  clocks: SteppedClock[],
  stepMs: number,
  random: Random,
  name: string,
): Promise<Broken[]> {
  const broken: Broken[] = [];
  const note = (promise: string, seen: string) => void broken.push({ promise, seen });
  const url = `http://127.0.0.1:${world.machine.port}`;
  const id = `host-${name}`;
  const other = await playHost(url, world.admin, id);
  const waiting = await world.admin.agents.spawn.mutate({
    provider: "shell",
    orchestratorId: id,
    workspaceMode: "shared",
    prompt: "true",
  });
  const expiresAt = new Date(Date.now() + 600_000).toISOString();
  const lent = await world.admin.tokens.create.mutate({ name, profile: "viewer", constraints: { expiresAt } });
  const pauses = [random.between(0, 2_000), random.between(0, 2_000)];
  const acknowledged = await Promise.all(pauses.map((pause, i) => spawnOne(world, `${name}-${i}`, pause)));
  await delay(random.between(0, 1_000));
  const agent = await other.agent();
  await world.admin.agents.interrupt.mutate({ agentId: agent.agentId });
  other.drop();
  const from = performance.now();
  for (const clock of clocks) clock.set(stepMs);

  // Neither late nor early: what a step forward would end at once, and a step back would keep for ever.
  const stateOf = async (hostId: string) =>
    (await world.answered((admin) => admin.orchestrators.get.query({ id: hostId }))).state;
  let turned: number | null = null;
  const stale = async () => {
    if ((await stateOf(id)) !== "online") turned ??= performance.now() - from;
    return turned;
  };
  await until("the dropped host to be stale", stale, { withinMs: staleMs + lateMs }).catch((error: Error) =>
    note("late", error.message),
  );
  if (turned !== null && turned < staleMs - 1_000) note("early", `stale after ${Math.round(turned)} ms`);
  const { state } = await world.answered((admin) => admin.commands.get.query({ commandId: waiting.command.id }));
  if (state !== "delivered" && state !== "pending") note("early", `a command of 10 min is ${state}`);
  if ((await stateOf(HOST)) !== "online") note("early", "the host at work is not online");
  const whoami = await fetch(`${url}/api/v1/whoami`, { headers: { authorization: `Bearer ${lent.text}` } });
  if (whoami.status !== 200) note("early", `a token of 10 min is answered with ${whoami.status}`);

  const landedMs = (await allEnded(world, acknowledged)) ? 0 : null;
  broken.push(...(await checkRound(world, { acknowledged, kills: { relay: 0, orchestrator: 0 }, landedMs })));
  const overdue = async () => {
    const { items } = await world.answered((admin) => admin.commands.list.query({ agentId: agent.agentId, limit: 10 }));
    return items.find(({ type }) => type === "agent.interrupt")?.finishedAt;
  };
  await until("a command of 30 s to be given up", overdue, { withinMs: 60_000 }).catch((error: Error) =>
    note("late", error.message),
  );
  const { items } = await world.answered((admin) => admin.commands.list.query({ orchestratorId: HOST, limit: 100 }));
  if (items.some(({ seq }, i) => i > 0 && seq > (items[i - 1]?.seq ?? 0))) note("disordered", "the list of commands");
  for (const clock of clocks) clock.set(0);
  return broken;
}
