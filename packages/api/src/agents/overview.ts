import { fitting } from "../answer-size.ts";
import type { Authed } from "../context.ts";
import { type Provider, runningStates } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { liveSessions } from "../orchestrators/view.ts";
import { chosen } from "./matching.ts";
import type { AgentOverview, OverviewAnswer } from "./schema.ts";
import { cards } from "./service.ts";

const mostAgents = 200;

async function hostsOf(ctx: Authed, id?: string): Promise<OverviewAnswer["hosts"]> {
  const { client } = ctx.db;
  const rows = await client.orchestrator.findMany({
    where: { removedAt: null, ...(id ? { id } : {}) },
    orderBy: { id: "asc" },
  });
  if (id && rows.length === 0) throw new AppError("NotFound", `There is no host ${id}`, { field: "orchestratorId" });
  const live = await liveSessions(
    client,
    rows.map((row) => row.id),
  );
  return rows.map((row) => ({
    id: row.id,
    state: row.state,
    providers: (JSON.parse(row.providers) as { provider: Provider; available: boolean }[])
      .filter(({ available }) => available)
      .map(({ provider }) => provider),
    sessions: live.get(row.id) ?? 0,
    maxSessions: row.maxSessions,
  }));
}

/** Who is there: agents, managed agents and hosts, or the one that is named (MSG-11, MSG-12). */
export async function overview(ctx: Authed, input: AgentOverview): Promise<OverviewAnswer> {
  const { agentId, policyName, orchestratorId, includeOffline } = input;
  if ([agentId, policyName, orchestratorId].filter((one) => one !== undefined).length > 1) {
    throw new AppError("Invalid", "Give at most one of agentId, policyName and orchestratorId", { field: "agentId" });
  }
  const none = { agents: [], policies: [], hosts: [], more: false };
  if (orchestratorId) return { ...none, hosts: await hostsOf(ctx, orchestratorId) };
  const where = {
    ...(agentId ? { id: agentId } : {}),
    ...(policyName ? { policyName } : {}),
    ...(agentId || includeOffline ? {} : { state: { in: [...runningStates] } }),
  };
  const { rows, nextCursor } = await chosen(ctx, {
    where,
    orderBy: { lastActiveAt: "desc" },
    cursor: undefined,
    limit: mostAgents,
  });
  if (rows.length === 0 && agentId)
    throw new AppError("NotFound", `There is no agent ${agentId}`, { field: "agentId" });
  if (rows.length === 0 && policyName) {
    throw new AppError("NotFound", `No agent stands for the policy ${policyName}`, { field: "policyName" });
  }
  const all = await cards(ctx, rows);
  const hosts = agentId || policyName ? [] : await hostsOf(ctx);
  const agents = fitting(ctx, all);
  return { ...none, agents, hosts, more: nextCursor !== null || agents.length < all.length };
}
