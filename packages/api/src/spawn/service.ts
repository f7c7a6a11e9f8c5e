import { randomUUID } from "node:crypto";
import { record } from "../activity/record.ts";
import type { AgentRow } from "../agents/mapper.ts";
import { cards, liveOn } from "../agents/service.ts";
import { enqueue } from "../commands/enqueue.ts";
import { toCommand } from "../commands/mapper.ts";
import type { Authed } from "../context.ts";
import { liveStates, type Provider, type StatusReason } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { actingAgent, allow, demand } from "../identity/caller.ts";
import { newAgentId } from "../ids.ts";
import { knownHost } from "../orchestrators/known.ts";
import { baseBranchesOn } from "../repositories/service.ts";
import { transact, type Unit } from "../unit.ts";
import { spawnParams } from "./params.ts";
import { agentOfRequest } from "./requests.ts";
import { type Resolved, resolve } from "./resolve.ts";
import { drainingText, lineageRefusal, roomRefusal } from "./rules.ts";
import type { SpawnAgent, SpawnAnswer } from "./schema.ts";
import { waitForStart } from "./wait.ts";

/** Who may repeat a request: the same agent, else the same token (SPN-08). */
const keyOf = (ctx: Authed) => actingAgent(ctx.caller) ?? `token:${ctx.caller.tokenId}`;

async function repeated(ctx: Authed, spawnRequestId: string): Promise<AgentRow | null> {
  const row = await agentOfRequest(ctx.db.client, spawnRequestId);
  if (row && row.requestedKey !== keyOf(ctx)) {
    throw new AppError("Conflict", `spawnRequestId ${spawnRequestId} was used by somebody else`, {
      field: "spawnRequestId",
      next: "Give another spawnRequestId, or none.",
    });
  }
  return row;
}

async function asker(ctx: Authed, unit: Unit, topLevel: boolean): Promise<AgentRow | null> {
  const id = actingAgent(ctx.caller);
  if (!id) return null;
  demand(ctx.caller, topLevel ? "agents.spawn with topLevel" : "agents.spawn of a child", [
    topLevel ? "command:spawn-top-level" : "command:spawn",
  ]);
  // Of any number of parallel spawns, exactly as many succeed as there is room for (SPN-39).
  await unit.hold("agent", id);
  const agent = await unit.tx.agent.findUnique({ where: { id } });
  if (!agent) throw new AppError("Forbidden", `Agent ${id} does not exist; its token is never taken for a person's`);
  const mine = topLevel ? { createdBy: id, askedByAgent: true, spawnedBy: null } : { spawnedBy: id };
  const live = await unit.tx.agent.count({ where: { ...mine, state: { in: [...liveStates] } } });
  const quota = topLevel ? ctx.settings["agents.topLevelPerAgent"] : (ctx.caller.constraints.maxSpawnedAgents ?? 0);
  const refused = lineageRefusal({ parent: agent.spawnedBy, live, quota, topLevel });
  if (refused) throw new AppError(refused.code, refused.message);
  return agent;
}

async function write(ctx: Authed, unit: Unit, input: SpawnAgent, resolved: Resolved): Promise<AgentRow> {
  const { host, profile } = resolved;
  const { spawnRequestId = `sp_${randomUUID()}` } = input;
  // Its agent may have been made, and restarted away from it, since it was looked up (SPN-10, SPN-11).
  if (input.spawnRequestId && (await agentOfRequest(unit.tx, spawnRequestId))) throw new Error("taken meanwhile");
  const parent = await asker(ctx, unit, input.topLevel);
  await unit.hold("orchestrator", host.id);
  // It may have begun to drain, or been removed, since it was chosen.
  const { drainingSince } = await knownHost(unit.tx, host.id);
  if (drainingSince) throw new AppError("Conflict", drainingText(host.id), { field: "orchestratorId" });
  const full = roomRefusal({ id: host.id, live: await liveOn(unit, host.id), maxSessions: host.maxSessions });
  if (full && !input.queue)
    throw new AppError("QuotaReached", full, { limit: host.maxSessions, field: "orchestratorId" });
  const { policyName, provider, tags, capabilities, providerArgs, label } = input;
  const { cwd } = resolved.params;
  // In a runner's token the request names the agent's own start (IDN-43); what it asks for has ids of its own.
  const ownStart = ctx.caller.profile === "provider-agent";
  const asked = {
    orchestratorId: host.id,
    cwd,
    policyName,
    spawnRequestId: ownStart ? undefined : input.spawnRequestId,
  };
  allow(ctx.caller, asked, resolved.own);
  const agentId = newAgentId(provider);
  const { approvalMode, workspaceMode, model, effort } = resolved.params;
  const params = spawnParams(input, {
    ...resolved.params,
    agentId,
    workspaceId: ctx.newId("ws"),
    spawnRequestId,
    profile,
    baseBranches: await baseBranchesOn(unit.tx, host.id),
    requestedBy: ctx.caller.actor,
    at: unit.now,
  });
  const command = await enqueue(ctx, unit, {
    orchestratorId: host.id,
    type: "agent.spawn",
    params,
    agentId,
    requestedBy: ctx.caller.actor,
    correlationId: spawnRequestId,
    queued: full !== null,
  });
  const agent = await unit.tx.agent.create({
    data: {
      id: agentId,
      provider,
      label,
      orchestratorId: host.id,
      commandId: command.id,
      state: "spawning",
      stateSince: unit.now,
      cwd,
      approvalMode,
      workspaceMode,
      profile: profile?.name,
      profileVersion: profile?.version,
      policyName,
      model,
      effort,
      providerArgs: JSON.stringify(providerArgs),
      spawnedBy: input.topLevel ? null : (parent?.id ?? null),
      createdBy: ctx.caller.actor,
      onBehalfOf: parent?.onBehalfOf ?? ctx.caller.actor,
      askedByAgent: parent !== null,
      spawnRequestId,
      requestedKey: keyOf(ctx),
      tags: JSON.stringify(tags),
      capabilities: JSON.stringify(capabilities),
      params: JSON.stringify(input),
      createdAt: unit.now,
      lastActiveAt: unit.now,
    },
  });
  await record(ctx, unit, {
    clientId: `${provider}:spawn:${command.id}`,
    kind: "state",
    view: "agents",
    title: `Spawn ${label ?? agentId}`,
    body: cwd,
    meta: host.id,
    actor: ctx.caller.actor,
    onBehalfOf: agent.onBehalfOf,
    agentId,
    requestId: ctx.requestId,
    metadata: {
      provider,
      host: host.id,
      approvalMode,
      workspaceMode,
      label,
      profile: profile?.name,
      commandId: command.id,
      caller: ctx.caller.actor,
      ...(resolved.notes.length ? { notes: resolved.notes } : {}),
    },
  });
  unit.publish({ type: "agent", id: agentId });
  return agent;
}

async function answer(ctx: Authed, agentId: string, repeat: boolean): Promise<SpawnAnswer> {
  const row = await ctx.db.client.agent.findUniqueOrThrow({ where: { id: agentId } });
  const command = await ctx.db.client.command.findUniqueOrThrow({ where: { id: row.commandId ?? "" } });
  const [agent] = await cards(ctx, [row]);
  return {
    ok: true,
    agentId,
    orchestratorId: command.orchestratorId,
    provider: row.provider as Provider,
    spawnRequestId: row.spawnRequestId,
    command: toCommand(command),
    agent: agent as SpawnAnswer["agent"],
    repeated: repeat,
  };
}

/** The one way to start an agent. Checks run in the order of SPN-05; a refused spawn writes nothing (SPN-07). */
export async function spawn(ctx: Authed, input: SpawnAgent, signal: AbortSignal | undefined): Promise<SpawnAnswer> {
  const known = input.spawnRequestId ? await repeated(ctx, input.spawnRequestId) : null;
  const id = known?.id ?? (await start(ctx, input));
  const timedOut = input.wait ? !(await waitForStart(ctx, id, input.timeoutSeconds, signal)) : undefined;
  const given = await answer(ctx, id, known !== null);
  if (!input.wait) return given;
  const failed = given.agent.status === "failed" ? await failureOf(ctx, id) : undefined;
  return { ...given, ok: !failed, timedOut, failure: failed };
}

async function start(ctx: Authed, input: SpawnAgent): Promise<string> {
  try {
    const resolved = await resolve(ctx, input);
    return (await transact(ctx, (unit) => write(ctx, unit, input, resolved))).id;
  } catch (error) {
    // Of equal requests in parallel all but one fail somewhere, and are answered with that one's agent (SPN-10).
    const first = input.spawnRequestId ? await repeated(ctx, input.spawnRequestId) : null;
    if (first) return first.id;
    throw error;
  }
}

async function failureOf(ctx: Authed, agentId: string): Promise<SpawnAnswer["failure"]> {
  const row = await ctx.db.client.agent.findUniqueOrThrow({ where: { id: agentId } });
  const reason = JSON.parse(row.stateReason ?? "{}") as Partial<StatusReason>;
  const lastLines = row.lastLines ? (JSON.parse(row.lastLines) as string[]) : [];
  return { reason: reason.kind ?? "session_died", text: reason.text ?? "", lastLines };
}
