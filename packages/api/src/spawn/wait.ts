import type { Authed } from "../context.ts";
import { timing } from "../contracts/index.ts";

/** Waits until the agent is no longer spawning; false when the time is over. A caller that leaves ends the wait only. */
export async function waitForStart(
  ctx: Authed,
  agentId: string,
  seconds: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const bell = ctx.bells.listen(`agent:${agentId}`);
  const end = ctx.clock.now().getTime() + seconds * 1000;
  try {
    for (;;) {
      const row = await ctx.db.client.agent.findUniqueOrThrow({ where: { id: agentId }, select: { state: true } });
      if (row.state !== "spawning") return true;
      const left = end - ctx.clock.now().getTime();
      if (left <= 0 || signal?.aborted) return false;
      await bell.wait(Math.min(left, timing.waitRecheck), signal);
    }
  } finally {
    bell.close();
  }
}
