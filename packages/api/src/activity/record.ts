import type { Services } from "../context.ts";
import type { Caller } from "../identity/caller.ts";
import type { Unit } from "../unit.ts";

export interface Entry {
  /** Contains the id of the thing or command concerned; written twice, it is stored once (IDN-57). */
  clientId: string;
  kind:
    | "state"
    | "command"
    | "landing"
    | "identity"
    | "tool"
    | "denied"
    | "setting"
    | "terminal"
    | "profile"
    | "artifact";
  view: "agents" | "workspaces" | "hosts" | "security" | "settings" | "profiles";
  title: string;
  body?: string;
  meta?: string;
  actor: string;
  /** Person or policy at the root; left out: that of the agent that acts, else the actor itself (IDN-58). */
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

/** Who the acting agent works for: fixed when it was spawned, and copied to all that it does (IDN-58). */
async function rootOf(caller: Caller | null | undefined, unit: Unit, { actor, onBehalfOf }: Entry) {
  const acting = caller?.kind === "agent" && caller.agentId === actor ? caller.agentId : null;
  if (onBehalfOf !== undefined || !acting) return onBehalfOf;
  const agent = await unit.tx.agent.findUnique({ where: { id: acting }, select: { onBehalfOf: true } });
  return agent?.onBehalfOf;
}

/** What a record is written with: the call that it is about, or a loop's services. */
export type Recording = Services & { caller?: Caller | null };

/** Adds one record to the transaction that it belongs to; one that is there already stays as it is (IDN-57). */
export async function record(ctx: Recording, unit: Unit, entry: Entry): Promise<void> {
  const row = rowOf(ctx, { ...entry, onBehalfOf: await rootOf(ctx.caller, unit, entry) }, unit.now);
  const kept = await unit.tx.activity.upsert({
    where: { clientId: entry.clientId },
    create: row,
    update: { clientId: entry.clientId },
  });
  if (kept.id === row.id) unit.publish({ type: "activity", id: row.id });
}
