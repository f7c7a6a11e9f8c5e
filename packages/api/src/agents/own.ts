import { record } from "../activity/record.ts";
import { settle } from "../commands/settle.ts";
import type { Authed } from "../context.ts";
import { type AgentState, type CommandState, endedStates } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { actingAgent } from "../identity/caller.ts";
import { transact, type Unit } from "../unit.ts";
import type { Registered } from "./comeback.ts";
import { createInteractive } from "./interactive.ts";
import type { AgentRow } from "./mapper.ts";
import { sessionEnded } from "./reported.ts";
import { hasEnded } from "./rules.ts";
import type { AgentStateAnswer, RegisterAgent, ReportExit, ReportResult, SetStatus } from "./schema.ts";

function self(ctx: Authed): string {
  const agentId = actingAgent(ctx.caller);
  if (!agentId) throw new AppError("Forbidden", "Only an agent may report this, with its own token");
  return agentId;
}

/** The caller's own agent: what a runner reports, it reports of itself alone. */
async function own(ctx: Authed, unit: Unit): Promise<AgentRow> {
  const agentId = self(ctx);
  await unit.hold("agent", agentId);
  const agent = await unit.tx.agent.findUnique({ where: { id: agentId } });
  if (!agent) throw new AppError("NotFound", `There is no agent ${agentId}`);
  return agent;
}

/** Only an interactive token makes its agent by registering (IDN-30). */
async function ownOrNew(ctx: Authed, unit: Unit): Promise<AgentRow> {
  const agentId = actingAgent(ctx.caller);
  const known = agentId && (await unit.tx.agent.findUnique({ where: { id: agentId } }));
  if (known || !agentId || ctx.caller.profile !== "interactive") return own(ctx, unit);
  return createInteractive(ctx, unit, agentId);
}

function current(agent: Pick<AgentRow, "id" | "epoch">, epoch: number | undefined): void {
  if (epoch === undefined || epoch === agent.epoch) return;
  throw new AppError(
    "Conflict",
    `Agent ${agent.id} registered again: epoch ${epoch} is over, ${agent.epoch} is current`,
  );
}

/** The runner is here: the agent is online, and its spawn has succeeded (SPN-45, MSG-06). */
export async function register(ctx: Authed, { runnerId, sessionName }: RegisterAgent): Promise<Registered> {
  const agentId = actingAgent(ctx.caller);
  const arrived = agentId ? ctx.presence.coming(`agent:${agentId}`) : () => undefined;
  try {
    const back = agentId ? await ctx.comeBack({ agentId, sessionName }) : null;
    const registered = back ?? (await registerAnew(ctx, sessionName));
    if (ctx.connection) {
      const present = { connection: ctx.connection, since: ctx.clock.now(), instance: runnerId };
      ctx.presence.connect(`agent:${registered.agentId}`, present, () => undefined);
    }
    return registered;
  } finally {
    arrived();
  }
}

async function registerAnew(ctx: Authed, sessionName: string): Promise<Registered> {
  return transact(ctx, async (unit) => {
    const agent = await ownOrNew(ctx, unit);
    if (hasEnded(agent.state as AgentState)) {
      throw new AppError("Conflict", `Agent ${agent.id} has ended: ${agent.state}`, { next: "End this session." });
    }
    const command = agent.commandId && (await unit.tx.command.findUnique({ where: { id: agent.commandId } }));
    if (command && (["delivered", "running"] as CommandState[]).includes(command.state as CommandState)) {
      const result = { sessionName, workspace: null, adopted: false };
      await settle(ctx, unit, command, { state: "succeeded", result });
    }
    const first = agent.onlineAt === null;
    const { epoch } = await unit.tx.agent.update({
      where: { id: agent.id },
      data: {
        state: "online",
        stateSince: unit.now,
        stateReason: null,
        sessionName,
        epoch: { increment: 1 },
        onlineAt: agent.onlineAt ?? unit.now,
        lastActiveAt: unit.now,
      },
    });
    if (first) {
      await record(ctx, unit, {
        clientId: `agent-online:${agent.id}:${agent.commandId}`,
        kind: "state",
        view: "agents",
        title: `${agent.label ?? agent.id} is online`,
        meta: agent.orchestratorId ?? undefined,
        actor: agent.id,
        onBehalfOf: agent.onBehalfOf,
        agentId: agent.id,
      });
    }
    unit.publish({ type: "agent", id: agent.id });
    return { agentId: agent.id, epoch };
  });
}

/** Idle, busy or blocked, from the runner that registered last (SPN-51). */
export async function setStatus(ctx: Authed, { epoch, status, blocked }: SetStatus): Promise<AgentStateAnswer> {
  if (status === "blocked" && !blocked) {
    throw new AppError("Invalid", "blocked needs its kind and text", { field: "blocked" });
  }
  const agentId = self(ctx);
  const reason = status === "blocked" ? JSON.stringify(blocked) : null;
  const taken = await ctx.said({ agentId, epoch, status, reason });
  if ("missing" in taken) throw new AppError("NotFound", `There is no agent ${agentId}`);
  if ("epoch" in taken) current({ id: agentId, epoch: taken.epoch }, epoch);
  return { agentId, status: "status" in taken ? taken.status : status };
}

/** The session's end, from the runner or, where that is gone, from its host; the first report counts (SPN-52). */
export async function reportExit(
  ctx: Authed,
  { agentId, commandId, epoch, end }: ReportExit,
): Promise<AgentStateAnswer> {
  return transact(ctx, async (unit) => {
    const agent = agentId ? await onHost(ctx, unit, agentId) : await own(ctx, unit);
    current(agent, epoch);
    const earlier = commandId !== undefined && commandId !== agent.commandId;
    if (earlier) return { agentId: agent.id, status: agent.state as AgentState };
    return { agentId: agent.id, status: await sessionEnded(ctx, unit, agent, end, ctx.caller.actor) };
  });
}

async function onHost(ctx: Authed, unit: Unit, agentId: string): Promise<AgentRow> {
  await unit.hold("agent", agentId);
  const agent = await unit.tx.agent.findUnique({ where: { id: agentId } });
  if (agent && actingAgent(ctx.caller) === agentId) return agent;
  const host = agent?.orchestratorId
    ? await unit.tx.orchestrator.findUnique({ where: { id: agent.orchestratorId } })
    : null;
  if (!agent || host?.tokenId !== ctx.caller.tokenId) {
    throw new AppError("Forbidden", `Only the agent itself or its host may report the end of ${agentId}`);
  }
  return agent;
}

/** What the agent achieved; a result it reported wins over a captured one (HST-59). */
export async function reportResult(ctx: Authed, { text, captured }: ReportResult): Promise<AgentStateAnswer> {
  return transact(ctx, async (unit) => {
    const agent = await own(ctx, unit);
    const keep = captured && agent.result !== null && !agent.resultCaptured;
    if (!keep && !(endedStates as readonly string[]).includes(agent.state)) {
      await unit.tx.agent.update({
        where: { id: agent.id },
        data: { result: text, resultCaptured: captured, resultAt: unit.now, lastActiveAt: unit.now },
      });
      await record(ctx, unit, {
        clientId: `result:${agent.id}:${agent.epoch}:${captured ? "captured" : ctx.requestId}`,
        kind: "state",
        view: "agents",
        title: `${agent.label ?? agent.id} reported its result`,
        meta: agent.orchestratorId ?? undefined,
        actor: agent.id,
        onBehalfOf: agent.onBehalfOf,
        agentId: agent.id,
        requestId: ctx.requestId,
      });
      unit.publish({ type: "agent", id: agent.id });
    }
    return { agentId: agent.id, status: agent.state as AgentState };
  });
}
