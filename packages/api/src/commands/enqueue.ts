import type { Services } from "../context.ts";
import type { CommandType, ParamsOf } from "../contracts/index.ts";
import type { Unit } from "../unit.ts";
import type { CommandRow } from "./mapper.ts";
import { deadlineMs, type Timed } from "./rules.ts";

interface Order<T extends CommandType> {
  orchestratorId: string;
  type: T;
  params: ParamsOf<T>;
  requestedBy: string;
  agentId?: string | null;
  workspaceId?: string | null;
  correlationId?: string | null;
  /** Waits for room on its host (SPN-18). */
  queued?: boolean;
}

/** From a counter on the host's row, so the order of numbers is the order of commits on both engines. */
export async function nextSeq(unit: Unit, orchestratorId: string): Promise<number> {
  const { commandSeq } = await unit.tx.orchestrator.update({
    where: { id: orchestratorId },
    data: { commandSeq: { increment: 1 } },
    select: { commandSeq: true },
  });
  return commandSeq;
}

/** Writes a command in the transaction of the state it belongs to. */
export async function enqueue<T extends CommandType>(
  services: Services,
  unit: Unit,
  { orchestratorId, type, params, requestedBy, agentId, workspaceId, correlationId, queued = false }: Order<T>,
): Promise<CommandRow> {
  const seq = await nextSeq(unit, orchestratorId);
  const row = await unit.tx.command.create({
    data: {
      id: services.newId("cmd"),
      orchestratorId,
      seq,
      type,
      source: "system",
      agentId,
      workspaceId,
      correlationId,
      params: JSON.stringify(params),
      state: "pending",
      queued,
      requestedBy,
      createdAt: unit.now,
      deadlineAt: new Date(unit.now.getTime() + deadlineMs(type, { ...(params as Timed), queued })),
    },
  });
  unit.ring(`host:${orchestratorId}`);
  unit.publish({ type: "command", id: row.id });
  return row;
}
