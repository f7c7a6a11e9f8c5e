import type { AgentRow } from "../agents/mapper.ts";
import type { Tx } from "../unit.ts";

/** The agent that a `spawnRequestId` started or that was restarted away from it: an id stays taken (SPN-11). */
export async function agentOfRequest(db: Tx, spawnRequestId: string): Promise<AgentRow | null> {
  const known = await db.agent.findUnique({ where: { spawnRequestId } });
  if (known) return known;
  const command = await db.command.findFirst({
    where: { correlationId: spawnRequestId, type: "agent.restart" },
    select: { agentId: true },
  });
  return command?.agentId ? db.agent.findUnique({ where: { id: command.agentId } }) : null;
}
