import { randomUUID } from "node:crypto";
import { record } from "../activity/record.ts";
import type { Authed } from "../context.ts";
import { Provider } from "../contracts/index.ts";
import type { Unit } from "../unit.ts";
import type { AgentRow } from "./mapper.ts";

/** An agent that a person started by hand: it has no host, no session and no policy (IDN-30); its parent is the token's (IDN-29). */
export async function createInteractive(ctx: Authed, unit: Unit, id: string): Promise<AgentRow> {
  const { constraints, tokenId } = ctx.caller;
  const token = await unit.tx.token.findUniqueOrThrow({ where: { id: tokenId } });
  const provider = Provider.safeParse(id.slice(0, id.indexOf("-")));
  const spawnedBy = constraints.spawnedBy ?? constraints.parentAgents?.[0] ?? null;
  const parent = spawnedBy ? await unit.tx.agent.findUnique({ where: { id: spawnedBy } }) : null;
  // A token that an agent made is that agent's doing (IDN-58).
  const maker = parent ?? (await unit.tx.agent.findUnique({ where: { id: token.createdBy } }));
  const onBehalfOf = maker?.onBehalfOf ?? token.createdBy;
  await record(ctx, unit, {
    clientId: `interactive:${id}`,
    kind: "state",
    view: "agents",
    title: `${id} registered by hand`,
    actor: id,
    onBehalfOf,
    agentId: id,
    requestId: ctx.requestId,
    metadata: { tokenId },
  });
  return unit.tx.agent.create({
    data: {
      id,
      provider: provider.success ? provider.data : "claude",
      label: token.name,
      state: "spawning",
      stateSince: unit.now,
      cwd: constraints.cwd ?? constraints.cwdPrefixes?.[0] ?? "/",
      approvalMode: "guarded",
      workspaceMode: "shared",
      spawnedBy,
      createdBy: token.createdBy,
      onBehalfOf,
      spawnRequestId: `sp_${randomUUID()}`,
      requestedKey: id,
      params: "{}",
      createdAt: unit.now,
      lastActiveAt: unit.now,
    },
  });
}
