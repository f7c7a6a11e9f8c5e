import type { Services } from "../context.ts";
import type { Unit } from "../unit.ts";

export interface Entry {
  /** Contains the id of the thing or command concerned; written twice, it is stored once (IDN-57). */
  clientId: string;
  kind: "state" | "command" | "landing" | "identity" | "tool" | "denied" | "setting" | "terminal" | "profile";
  view: "agents" | "workspaces" | "hosts" | "security" | "settings" | "profiles";
  title: string;
  body?: string;
  meta?: string;
  actor: string;
  /** Person or policy at the root; the actor itself where nothing else is known (IDN-58). */
  onBehalfOf?: string;
  agentId?: string | null;
  requestId?: string;
  metadata?: Record<string, unknown>;
}

/** The row of one entry, with an id of its own. */
export function rowOf({ newId }: Pick<Services, "newId">, entry: Entry, at: Date) {
  const { onBehalfOf = entry.actor, metadata = {}, agentId = null, ...rest } = entry;
  return { ...rest, id: newId("act"), onBehalfOf, agentId, at, metadata: JSON.stringify(metadata) };
}

/** Adds one record to the transaction that it belongs to. */
export async function record(services: Services, unit: Unit, entry: Entry): Promise<void> {
  const row = rowOf(services, entry, unit.now);
  await unit.tx.activity.upsert({
    where: { clientId: entry.clientId },
    create: row,
    update: { clientId: entry.clientId },
  });
  unit.publish({ type: "activity", id: row.id });
}
