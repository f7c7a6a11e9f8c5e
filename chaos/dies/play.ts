import { until } from "../../tests/support/until.ts";
import type { World } from "../kill-nine/world.ts";
import type { armIn, Point } from "../lib/arm.ts";
import type { Broken } from "../lib/broken.ts";
import { acts } from "./acts.ts";

/** One command, and the host dead at one point of it. */
export async function playPoint(
  world: World,
  arm: ReturnType<typeof armIn>,
  point: Point,
  name: string,
): Promise<Broken[]> {
  const act = acts[point.type];
  if (!act) throw new Error(`no act for ${point.type}`);
  const before = await act.prepare(world, name);
  arm.arm(point);
  const agentId = await act.send(world, name, before);
  await until("the host to die", arm.died, { withinMs: 60_000 });
  const broken = await act.check(world, name, agentId);
  await Promise.all([world.relay.ready(), world.orchestrator.ready()]);
  for (const seen of world.orchestrator.failures()) broken.push({ promise: "down", seen });
  return broken;
}
