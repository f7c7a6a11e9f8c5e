import type { Services } from "../context.ts";
import { liveStates } from "../contracts/index.ts";
import { transact } from "../unit.ts";
import { nextSeq } from "./enqueue.ts";

/**
 * Lets commands that wait for room go when there is some, in the order in which they were asked for (SPN-18); a host that
 * drains starts none (HST-37). Each gets a new number: a host's stream has gone past the one it was born with.
 */
export async function releaseQueued(services: Services): Promise<void> {
  const waiting = await services.db.client.command.findMany({
    where: { queued: true, state: "pending" },
    orderBy: { id: "asc" },
    select: { id: true, orchestratorId: true },
  });
  for (const { id, orchestratorId } of waiting) {
    await transact(services, async (unit) => {
      await unit.hold("orchestrator", orchestratorId);
      const host = await unit.tx.orchestrator.findUniqueOrThrow({ where: { id: orchestratorId } });
      const queued = await unit.tx.command.count({ where: { orchestratorId, queued: true, state: "pending" } });
      const live = await unit.tx.agent.count({ where: { orchestratorId, state: { in: [...liveStates] } } });
      if (host.drainingSince || live - queued >= host.maxSessions) return;
      const seq = await nextSeq(unit, orchestratorId);
      await unit.tx.command.updateMany({ where: { id, state: "pending" }, data: { queued: false, seq } });
      unit.ring(`host:${orchestratorId}`);
      unit.publish({ type: "command", id });
    });
  }
}
