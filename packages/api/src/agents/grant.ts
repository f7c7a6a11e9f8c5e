import type { Services } from "../context.ts";
import type { Constraints, Scope } from "../contracts/index.ts";
import { ownToken } from "../identity/own-token.ts";
import type { AgentRow } from "./mapper.ts";
import type { AgentGrant } from "./schema.ts";

/** What the agent's own token lets it do (CON-20); null when it has none, as after its end. */
export async function grantOf({ db, clock }: Pick<Services, "db" | "clock">, agent: AgentRow): Promise<AgentGrant> {
  const token = await ownToken(db.client, agent, clock.now());
  if (!token) return null;
  const constraints = JSON.parse(token.constraints) as Constraints;
  const scopes = JSON.parse(token.scopes) as Scope[];
  return { tokenId: token.id, scopes, maxSpawnedAgents: constraints.maxSpawnedAgents ?? 0, constraints };
}
