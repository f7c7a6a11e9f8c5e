import type { AgentRow } from "../agents/mapper.ts";
import { startOf } from "../commands/start.ts";
import type { Authed } from "../context.ts";
import { type CommandState, grantFor, type Scope } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { registeredHost } from "../orchestrators/fence.ts";
import { toExpanded } from "../profiles/service.ts";
import { transact, type Unit } from "../unit.ts";
import type { Constraints } from "./constraints.ts";
import type { IssueRunner } from "./schema.ts";
import { hashSecret, tokenText } from "./token-text.ts";

type Subject = Pick<AgentRow, "id" | "policyName" | "spawnRequestId">;

/** The living token of one agent's runner; its name tells a policy's agents apart (IDN-42). */
const livingOf = ({ id, policyName, spawnRequestId }: Subject) => ({
  subject: policyName ? `runner:policy:${policyName}` : `runner:${spawnRequestId}`,
  name: id,
  revokedAt: null,
});

/**
 * Ends the token of an agent that ended or is replaced, in the same transaction, and before the agent gets another
 * request id (IDN-48).
 */
export async function revokeRunnerTokens(unit: Unit, spawnRequestId: string): Promise<void> {
  const agent = await unit.tx.agent.findUnique({ where: { spawnRequestId } });
  if (!agent) return;
  const where = livingOf(agent);
  const tokens = await unit.tx.token.findMany({ where, select: { id: true } });
  await unit.tx.token.updateMany({ where, data: { revokedAt: unit.now } });
  for (const { id } of tokens) unit.publish({ type: "token", id });
}

/**
 * The grant of an agent, from its profile as it is now and from who asked first; what its parent holds bounds the
 * profile's extra scopes (IDN-44, IDN-45). A parent that has ended adds nothing.
 */
async function resolveGrant(unit: Unit, agent: AgentRow) {
  const stored = agent.profile && (await unit.tx.agentProfile.findUnique({ where: { name: agent.profile } }));
  const profile = stored ? toExpanded(stored) : null;
  if (!agent.askedByAgent) return grantFor(profile, null);
  const asker = await unit.tx.agent.findUnique({ where: { id: agent.createdBy } });
  return grantFor(profile, new Set(asker ? await scopesOf(unit, asker) : []));
}

/** What an agent's own token may do: its runner's, or of one that a person started by hand that person's for it. */
async function scopesOf(unit: Unit, agent: AgentRow): Promise<Scope[]> {
  const byHand = {
    profile: "interactive",
    constraints: { contains: JSON.stringify(agent.id) },
    revokedAt: null,
    OR: [{ expiresAt: null }, { expiresAt: { gt: unit.now } }],
  };
  const where = agent.commandId ? livingOf(agent) : byHand;
  const tokens = await unit.tx.token.findMany({ where, orderBy: { id: "desc" } });
  const own = tokens.find((token) => {
    const constraints = JSON.parse(token.constraints) as Constraints;
    return constraints.agents?.length === 1 && constraints.agents[0] === agent.id;
  });
  return own ? (JSON.parse(own.scopes) as Scope[]) : [];
}

/**
 * The single mint: the only code that makes an agent's token. What it may do comes from `resolveGrant` alone; nobody can
 * pass scopes or a quota (IDN-39 to IDN-45). A second call for the same command replaces the first token (IDN-41).
 */
export async function issueRunner(ctx: Authed, { commandId, ...proof }: IssueRunner) {
  const host = await registeredHost(ctx, proof);
  return transact(ctx, async (unit) => {
    await unit.hold("command", commandId);
    const command = await unit.tx.command.findUnique({ where: { id: commandId } });
    if (!command) throw new AppError("NotFound", `There is no command ${commandId}`);
    const params = startOf(command);
    if (!params) throw new AppError("Invalid", `Command ${commandId} starts no agent: ${command.type}`);
    if (command.orchestratorId !== host.id)
      throw new AppError("Forbidden", `Command ${commandId} is not for host ${host.id}`);
    if (!(["delivered", "running"] as CommandState[]).includes(command.state as CommandState)) {
      throw new AppError("Conflict", `Command ${commandId} is ${command.state}`, { next: "Start no session for it." });
    }
    const agent = await unit.tx.agent.findUniqueOrThrow({ where: { id: params.agentId } });
    const grant = await resolveGrant(unit, agent);
    const { scopes, maxSpawnedAgents } = grant;
    const constraints: Constraints = {
      agents: [agent.id],
      orchestrators: [host.id],
      cwdPrefixes: [params.cwd],
      spawnRequestIds: [params.spawnRequestId],
      ...(agent.policyName ? { policies: [agent.policyName] } : {}),
      ...(agent.spawnedBy ? { spawnedBy: agent.spawnedBy } : {}),
      ...(maxSpawnedAgents > 0 ? { maxSpawnedAgents } : {}),
    };
    await revokeRunnerTokens(unit, params.spawnRequestId);
    const id = ctx.newId("tok");
    const token = tokenText(id);
    await unit.tx.token.create({
      data: {
        id,
        name: agent.id,
        profile: "provider-agent",
        scopes: JSON.stringify(scopes),
        constraints: JSON.stringify(constraints),
        hash: hashSecret(token),
        subject: livingOf(agent).subject,
        createdBy: agent.createdBy || "runtime",
        createdAt: unit.now,
      },
    });
    await unit.tx.agent.update({ where: { id: agent.id }, data: { grant: JSON.stringify(grant) } });
    return { tokenId: id, token };
  });
}
