import { record } from "../activity/record.ts";
import { enqueue } from "../commands/enqueue.ts";
import type { Authed } from "../context.ts";
import { type AgentState, liveStates } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { actingAgent } from "../identity/caller.ts";
import { revokeRunnerTokens } from "../identity/own-token.ts";
import { onlineHost } from "../orchestrators/service.ts";
import { spawnAgain } from "../spawn/again.ts";
import { quotaText, roomRefusal } from "../spawn/rules.ts";
import type { Unit } from "../unit.ts";
import type { AgentRow } from "./mapper.ts";
import { actOn, answerOf, sessionOf } from "./reach.ts";
import { hasEnded } from "./rules.ts";
import type { RestartAgent, RestartAnswer } from "./schema.ts";
import { liveOn } from "./service.ts";

/** From asking the program to end until it is terminated, milliseconds (MNG-41). */
const graceMs = 10_000;

type Hosted = AgentRow & { orchestratorId: string };

/** An ended agent lives again: it needs the room and, for its parent, the quota of a new one (SPN-17, SPN-38). */
async function needRoom(ctx: Authed, unit: Unit, agent: Hosted): Promise<void> {
  if (!hasEnded(agent.state as AgentState)) return;
  await onlineHost(ctx, agent.orchestratorId);
  const self = actingAgent(ctx.caller);
  if (self) {
    await unit.hold("agent", self);
    const live = await unit.tx.agent.count({ where: { spawnedBy: self, state: { in: [...liveStates] } } });
    const quota = ctx.caller.constraints.maxSpawnedAgents ?? 0;
    if (live >= quota) throw new AppError("QuotaReached", quotaText(live, quota), { limit: quota });
  }
  await unit.hold("orchestrator", agent.orchestratorId);
  const { maxSessions } = await unit.tx.orchestrator.findUniqueOrThrow({ where: { id: agent.orchestratorId } });
  const full = roomRefusal({ id: agent.orchestratorId, live: await liveOn(unit, agent.orchestratorId), maxSessions });
  if (full) throw new AppError("QuotaReached", full, { limit: maxSessions });
}

/**
 * Ends what there is of the agent's session and starts it anew as the same agent: same id, parent, root and asker, so the
 * same grant (SPN-56 to SPN-58). The old runner's token ends here (IDN-48); the new one comes from the mint.
 */
export async function restart(ctx: Authed, { reason, resume, ...selector }: RestartAgent): Promise<RestartAnswer> {
  const done = await actOn(ctx, { verb: "restart" }, selector, async (unit, agent) => {
    if (agent.state === "spawning") {
      throw new AppError("Conflict", `Agent ${agent.id} is being started by command ${agent.commandId}`, {
        next: "Wait until it is online or has failed, or shut it down.",
      });
    }
    await needRoom(ctx, unit, agent);
    const { actor } = ctx.caller;
    const again = await spawnAgain(ctx, unit, agent, actor);
    const row = await enqueue(ctx, unit, {
      orchestratorId: agent.orchestratorId,
      type: "agent.restart",
      params: {
        action: "restart",
        agentId: agent.id,
        orchestratorId: agent.orchestratorId,
        policyName: agent.policyName ?? undefined,
        sessionName: sessionOf(agent),
        spawnRequestId: agent.spawnRequestId,
        graceful: true,
        timeoutMs: graceMs,
        resume,
        reason,
        requestedBy: actor,
        requestedAt: unit.now.getTime(),
        restartSpawn: again.params,
        workspace: again.workspace,
      },
      agentId: agent.id,
      requestedBy: actor,
      correlationId: agent.spawnRequestId,
    });
    await revokeRunnerTokens(unit, agent);
    await unit.tx.agent.update({
      where: { id: agent.id },
      data: {
        state: "spawning",
        stateSince: unit.now,
        stateReason: null,
        shutdownFailure: null,
        lastLines: null,
        commandId: row.id,
        sessionName: null,
        spawnRequestId: again.params.spawnRequestId,
        workspaceId: again.workspace?.id ?? null,
        profileVersion: again.params.agentProfile?.version ?? null,
        model: again.params.model ?? null,
        effort: again.params.effort ?? null,
        // What the new session brings, also captured, replaces what the last one left.
        resultCaptured: true,
        onlineAt: null,
        endedAt: null,
        lastActiveAt: unit.now,
      },
    });
    ctx.presence.forget(`agent:${agent.id}`);
    await record(ctx, unit, {
      clientId: `restart:${row.id}`,
      kind: "command",
      view: "agents",
      title: `Restart ${agent.label ?? agent.id}`,
      body: reason,
      meta: agent.orchestratorId,
      actor,
      agentId: agent.id,
      requestId: ctx.requestId,
      metadata: { commandId: row.id, ...(again.notes.length ? { notes: again.notes } : {}) },
    });
    unit.publish({ type: "agent", id: agent.id });
    return row;
  });
  return { ...answerOf(done, selector.all), action: "restart" };
}
