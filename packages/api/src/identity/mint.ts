import type { AgentRow } from "../agents/mapper.ts";
import { startOf } from "../commands/start.ts";
import type { Authed } from "../context.ts";
import { type CommandState, type Constraints, grantFor, type Scope } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { registeredHost } from "../orchestrators/fence.ts";
import { toExpanded } from "../profiles/service.ts";
import { transact, type Unit } from "../unit.ts";
import { ownToken, revokeRunnerTokens, subjectOf } from "./own-token.ts";
import type { IssueRunner } from "./schema.ts";
import { hashSecret, tokenText } from "./token-text.ts";

/**
 * The grant of an agent, from its profile as it is now and from who asked first; what its parent holds bounds the
 * profile's extra scopes (IDN-44, IDN-45). A parent that has ended adds nothing.
 */
async function resolveGrant(unit: Unit, agent: AgentRow) {
  const stored = agent.profile && (await unit.tx.agentProfile.findUnique({ where: { name: agent.profile } }));
  const profile = stored ? toExpanded(stored) : null;
  if (!agent.askedByAgent) return grantFor(profile, null);
  const asker = await unit.tx.agent.findUnique({ where: { id: agent.createdBy } });
  const token = asker && (await ownToken(unit.tx, asker, unit.now));
  return grantFor(profile, new Set(token ? (JSON.parse(token.scopes) as Scope[]) : []));
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
    await revokeRunnerTokens(unit, agent);
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
        subject: subjectOf(agent),
        createdBy: agent.createdBy || "runtime",
        createdAt: unit.now,
      },
    });
    await unit.tx.agent.update({ where: { id: agent.id }, data: { grant: JSON.stringify(grant) } });
    return { tokenId: id, token };
  });
}
