import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { until } from "../../tests/support/until.ts";
import { acts } from "../dies/acts.ts";
import type { World } from "../kill-nine/world.ts";
import type { Broken } from "../lib/broken.ts";
import type { Random } from "../random.ts";

/** Zombies whose parent is an orchestrator, a runner or tmux of ours, or that nobody takes: by name of the program. */
function zombies(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
        const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        const args = readFileSync(`/proc/${parent}/cmdline`, "latin1");
        return state === "Z" && /orchestrator\.mjs|runner\.mjs|tmux/.test(args) ? [`${pid} of ${parent}`] : [];
      } catch {
        return [];
      }
    });
}

/** An agent's start and its stop, the orchestrator killed at a random moment of each. */
export async function playComing(world: World, random: Random, name: string): Promise<Broken[]> {
  const shutdown = acts["agent.shutdown"];
  if (!shutdown) throw new Error("no act for agent.shutdown");
  const killSoon = async () => {
    await delay(random.between(0, 600));
    world.orchestrator.kill();
  };
  const [agentId] = await Promise.all([shutdown.prepare(world, name), killSoon()]);
  await Promise.all([shutdown.send(world, name, agentId), killSoon()]);
  const broken = await shutdown.check(world, name, agentId);
  await world.orchestrator.ready();
  await until("no zombie to be left", () => zombies().length === 0, { withinMs: 10_000 }).catch(() =>
    broken.push({ promise: "zombies", seen: zombies().join() }),
  );
  return broken;
}
