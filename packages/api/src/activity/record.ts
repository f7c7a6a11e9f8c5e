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

/** Adds one record to the transaction that it belongs to. */
export async function record(services: Services, unit: Unit, entry: Entry): Promise<void> {
  const { clientId, onBehalfOf = entry.actor, metadata = {}, agentId = null, ...rest } = entry;
  const id = services.newId("act");
  await unit.tx.activity.upsert({
    where: { clientId },
    create: { ...rest, id, clientId, onBehalfOf, agentId, at: unit.now, metadata: JSON.stringify(metadata) },
    update: {},
  });
  unit.publish({ type: "activity", id });
}
