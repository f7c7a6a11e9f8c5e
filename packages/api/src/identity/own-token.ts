import type { AgentRow } from "../agents/mapper.ts";
import type { Constraints } from "../contracts/index.ts";
import type { Tx, Unit } from "../unit.ts";

type Subject = Pick<AgentRow, "id" | "policyName" | "spawnRequestId" | "commandId">;

/** What a token of this agent's runner is for (IDN-42). */
export const subjectOf = ({ policyName, spawnRequestId }: Omit<Subject, "commandId">): string =>
  policyName ? `runner:policy:${policyName}` : `runner:${spawnRequestId}`;

/** The living token of one agent's runner; its name tells a policy's agents apart. */
const livingOf = (agent: Omit<Subject, "commandId">) => ({
  subject: subjectOf(agent),
  name: agent.id,
  revokedAt: null,
});

/** The newest token of this agent's runner, living or not: what it could do when it handed its work over (WSP-39). */
export const lastRunnerToken = (unit: Unit, agentId: string) =>
  unit.tx.token.findFirst({ where: { name: agentId, profile: "provider-agent" }, orderBy: { id: "desc" } });

/** Ends the token of an agent that ended or is replaced, in the same transaction and under its request of then (IDN-48). */
export async function revokeRunnerTokens(unit: Unit, agent: Omit<Subject, "commandId">): Promise<void> {
  const where = livingOf(agent);
  const tokens = await unit.tx.token.findMany({ where, select: { id: true } });
  await unit.tx.token.updateMany({ where, data: { revokedAt: unit.now } });
  for (const { id } of tokens) unit.publish({ type: "token", id });
}

/** The token that an agent acts with: its runner's, or the newest usable one with which a person started it by hand. */
export async function ownToken(db: Tx, agent: Subject, now: Date) {
  const byHand = { profile: "interactive", constraints: { contains: JSON.stringify(agent.id) }, revokedAt: null };
  const tokens = await db.token.findMany({
    where: {
      ...(agent.commandId ? livingOf(agent) : byHand),
      OR: [{ expiresAt: null }, { expiresAt: { gt: now } }],
    },
    orderBy: { id: "desc" },
  });
  const own = tokens.find((token) => {
    const { agents } = JSON.parse(token.constraints) as Constraints;
    return agents?.length === 1 && agents[0] === agent.id;
  });
  return own ?? null;
}
