import { record } from "../activity/record.ts";
import { enqueue } from "../commands/enqueue.ts";
import type { CommandRow } from "../commands/mapper.ts";
import type { Authed } from "../context.ts";
import { type AgentState, type Provider, providerTakes } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import type { Unit } from "../unit.ts";
import type { AgentRow } from "./mapper.ts";
import { actOn, answerOf, sessionOf } from "./reach.ts";
import { hasEnded, reloadOf } from "./rules.ts";
import type { CompactAnswer, InterruptAnswer, Selector } from "./schema.ts";

/** Refuses an agent whose program is not there to be told anything. */
function running(agent: AgentRow, verb: string): void {
  const state = agent.state as AgentState;
  if (!hasEnded(state) && state !== "spawning") return;
  throw new AppError("Conflict", `Agent ${agent.id} is ${state}: there is nothing to ${verb}`);
}

async function said(ctx: Authed, unit: Unit, agent: AgentRow, row: CommandRow, title: string): Promise<void> {
  await record(ctx, unit, {
    clientId: `turn:${row.id}`,
    kind: "command",
    view: "agents",
    title,
    actor: ctx.caller.actor,
    agentId: agent.id,
    requestId: ctx.requestId,
    metadata: { commandId: row.id },
  });
}

/** Has the program condense its conversation, and read again what the agent's tags name (SPN-59). */
export async function compact(ctx: Authed, selector: Selector): Promise<CompactAnswer> {
  const done = await actOn(ctx, { verb: "compact", self: true }, selector, async (unit, agent) => {
    if (!providerTakes[agent.provider as Provider].compaction) {
      throw new AppError("Invalid", `Provider ${agent.provider} has no compaction`, { field: "agentId" });
    }
    running(agent, "compact");
    const alwaysReload = reloadOf(JSON.parse(agent.tags) as string[]);
    const row = await enqueue(ctx, unit, {
      orchestratorId: agent.orchestratorId,
      type: "agent.compact",
      params: {
        agentId: agent.id,
        sessionName: sessionOf(agent),
        ...(alwaysReload.length ? { memory: { alwaysReload } } : {}),
      },
      agentId: agent.id,
      requestedBy: ctx.caller.actor,
      correlationId: agent.spawnRequestId,
    });
    await said(ctx, unit, agent, row, `Compact ${agent.label ?? agent.id}`);
    return row;
  });
  return { ...answerOf(done, false), action: "compact" };
}

/** Ends the turn, not the session; one that is idle has none (SPN-60). */
export async function interrupt(ctx: Authed, selector: Selector): Promise<InterruptAnswer> {
  const done = await actOn(ctx, { verb: "interrupt" }, selector, async (unit, agent) => {
    running(agent, "interrupt");
    if (agent.state === "idle") return null;
    const row = await enqueue(ctx, unit, {
      orchestratorId: agent.orchestratorId,
      type: "agent.interrupt",
      params: { agentId: agent.id, sessionName: sessionOf(agent) },
      agentId: agent.id,
      requestedBy: ctx.caller.actor,
      correlationId: agent.spawnRequestId,
    });
    await said(ctx, unit, agent, row, `Interrupt ${agent.label ?? agent.id}`);
    return row;
  });
  return { ...answerOf(done, false), action: "interrupt", interrupted: done[0]?.command ? null : false };
}
