import type { Services } from "../context.ts";
import { type AgentState, liveStates, Vitals } from "../contracts/index.ts";
import type { Tx } from "../unit.ts";
import { type HostRow, toHost } from "./mapper.ts";
import { type Host, type StayingAgent, stayingLimit } from "./schema.ts";

/** As last flushed: a relay that has just started knows what the one before it knew (HST-12). */
function storedVitals(row: Pick<HostRow, "vitals">): Host["vitals"] {
  const stored = Vitals.safeParse(JSON.parse(row.vitals));
  return stored.success ? stored.data : null;
}

/** The live agents of one host, oldest first (HST-38, HST-39). */
export async function stayingOn(db: Pick<Tx, "agent">, orchestratorId: string): Promise<StayingAgent[]> {
  const rows = await db.agent.findMany({
    where: { orchestratorId, state: { in: [...liveStates] } },
    select: { id: true, label: true, state: true },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
  });
  return rows.map(({ id, label, state }) => ({ agentId: id, name: label ?? id, status: state as AgentState }));
}

/** How many live agents each of these hosts has; those with none are missing. */
export async function liveSessions(db: Pick<Tx, "agent">, hostIds: string[]): Promise<Map<string | null, number>> {
  const counts = await db.agent.groupBy({
    by: ["orchestratorId"],
    where: { orchestratorId: { in: hostIds }, state: { in: [...liveStates] } },
    _count: true,
  });
  return new Map(counts.map((one) => [one.orchestratorId, one._count]));
}

/** Hosts as people see them, with what their rows do not hold (HST-10). */
export async function hostsOf({ db, fleet }: Pick<Services, "db" | "fleet">, rows: HostRow[]): Promise<Host[]> {
  const live = await liveSessions(
    db.client,
    rows.map(({ id }) => id),
  );
  const staying = await Promise.all(rows.map((row) => (row.drainingSince ? stayingOn(db.client, row.id) : [])));
  return rows.map((row, at) =>
    toHost(row, {
      liveSessions: live.get(row.id) ?? 0,
      unknownSessions: fleet.unknown.get(row.id) ?? [],
      vitals: fleet.vitals.get(row.id)?.vitals ?? storedVitals(row),
      beatAt: fleet.vitals.get(row.id)?.at,
      staying: staying[at]?.slice(0, stayingLimit) ?? [],
    }),
  );
}
