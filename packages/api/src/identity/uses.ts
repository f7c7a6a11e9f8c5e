import type { Services } from "../context.ts";
import { sessionMs } from "./authenticate.ts";
import type { TokenRecord } from "./schema.ts";

/** Which hosts and how many open sessions of the console each of these tokens carries now (CON-61). */
export async function usesOf(services: Services, ids: string[]): Promise<Map<string, TokenRecord["uses"]>> {
  const { client } = services.db;
  const since = new Date(services.clock.now().getTime() - sessionMs);
  const [hosts, sessions] = await Promise.all([
    client.orchestrator.findMany({
      where: { tokenId: { in: ids } },
      select: { id: true, tokenId: true },
      orderBy: { id: "asc" },
    }),
    client.session.groupBy({
      by: ["tokenId"],
      where: { tokenId: { in: ids }, revokedAt: null, lastUsedAt: { gt: since } },
      _count: true,
    }),
  ]);
  const open = new Map(sessions.map(({ tokenId, _count }) => [tokenId, _count]));
  const usedBy = (id: string) => hosts.filter(({ tokenId }) => tokenId === id).map((host) => host.id);
  return new Map(ids.map((id) => [id, { hosts: usedBy(id), sessions: open.get(id) ?? 0 }]));
}
