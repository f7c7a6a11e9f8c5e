import type { Command, CommandState, CommandType } from "../contracts/index.ts";
import type { Tx } from "../unit.ts";

export type CommandRow = NonNullable<Awaited<ReturnType<Tx["command"]["findUnique"]>>>;

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
const json = (text: string | null) => (text === null ? null : JSON.parse(text));

export function toCommand(row: CommandRow): Command {
  return {
    id: row.id,
    seq: row.seq,
    type: row.type as CommandType,
    source: row.source,
    target: row.orchestratorId,
    agentId: row.agentId,
    workspaceId: row.workspaceId,
    correlationId: row.correlationId,
    params: json(row.params),
    state: row.state as CommandState,
    result: json(row.result),
    error: json(row.error),
    requestedBy: row.requestedBy,
    createdAt: row.createdAt.toISOString(),
    deliveredAt: iso(row.deliveredAt),
    startedAt: iso(row.startedAt),
    finishedAt: iso(row.finishedAt),
    cancelRequestedAt: iso(row.cancelRequestedAt),
    cancelRequestedBy: row.cancelRequestedBy,
    deadlineAt: row.deadlineAt.toISOString(),
  };
}
