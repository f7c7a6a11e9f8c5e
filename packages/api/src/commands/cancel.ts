import { record } from "../activity/record.ts";
import type { Authed } from "../context.ts";
import type { Command, CommandState } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { actingAgent, allow } from "../identity/caller.ts";
import { transact, type Unit } from "../unit.ts";
import { mayAct } from "../workspaces/access.ts";
import { workspacesOf } from "../workspaces/rules.ts";
import { nextSeq } from "./enqueue.ts";
import { type CommandRow, toCommand } from "./mapper.ts";
import { isFinal } from "./rules.ts";
import type { CancelCommand } from "./schema.ts";
import { nameOf, settle } from "./settle.ts";

/**
 * The command that this caller may cancel: a person any within the token's constraints, an agent what it asked for
 * itself and what was asked of its children. A landing is that of all its workspaces (WSP-12).
 */
async function reach(ctx: Authed, commandId: string): Promise<CommandRow> {
  const { client } = ctx.db;
  const self = actingAgent(ctx.caller);
  if (ctx.caller.kind === "orchestrator") throw new AppError("Forbidden", "A host does not cancel commands on its own");
  const row = await client.command.findUnique({ where: { id: commandId } });
  const agent = row?.agentId ? await client.agent.findUnique({ where: { id: row.agentId } }) : null;
  if (self && row?.requestedBy !== self && agent?.spawnedBy !== self) {
    throw new AppError("Forbidden", "An agent may cancel only commands that it asked for or that concern its children");
  }
  if (!row) throw new AppError("NotFound", `There is no command ${commandId}`);
  allow(ctx.caller, {
    orchestratorId: row.orchestratorId,
    cwd: self ? undefined : agent?.cwd,
    policyName: self ? undefined : (agent?.policyName ?? undefined),
  });
  const landed = row.type === "workspace.land" ? workspacesOf(row) : [];
  for (const id of landed) mayAct(ctx, await client.workspace.findUniqueOrThrow({ where: { id } }));
  return row;
}

/**
 * Writes down who wants it undone and since when. What its host has not seen is cancelled by that; else the host is told
 * by the command's coming once more, under a new number, since its stream has gone past the old one.
 */
export async function askToCancel(ctx: Authed, unit: Unit, row: CommandRow): Promise<CommandRow> {
  const asked = { cancelRequestedAt: unit.now, cancelRequestedBy: ctx.caller.actor };
  const { id } = row;
  if (row.state === "pending") {
    return settle(ctx, unit, await unit.tx.command.update({ where: { id }, data: asked }), { state: "cancelled" });
  }
  const seq = await nextSeq(unit, row.orchestratorId);
  unit.ring(`host:${row.orchestratorId}`);
  unit.publish({ type: "command", id: row.id });
  if (row.agentId) unit.publish({ type: "agent", id: row.agentId });
  return unit.tx.command.update({ where: { id }, data: { ...asked, seq } });
}

/**
 * Cancels what no host has seen at once; of what a host has, the answer says only that it is asked: the command ends as
 * cancelled or with the outcome that comes first (HST-35). Asking again changes nothing.
 */
export async function cancel(ctx: Authed, { commandId, reason }: CancelCommand): Promise<Command> {
  await reach(ctx, commandId);
  return transact(ctx, async (unit) => {
    await unit.hold("command", commandId);
    const row = await unit.tx.command.findUniqueOrThrow({ where: { id: commandId } });
    if (isFinal(row.state as CommandState)) {
      throw new AppError("Conflict", `Command ${commandId} is ${row.state} already: there is nothing to cancel`, {
        next: row.type === "agent.spawn" ? "Shut the agent down if it is not wanted." : undefined,
      });
    }
    if (row.cancelRequestedAt) return toCommand(row);
    const asked = await askToCancel(ctx, unit, row);
    const subject = row.agentId ?? row.workspaceId;
    await record(ctx, unit, {
      clientId: `cancel:${row.id}`,
      kind: "command",
      view: "hosts",
      title: `Cancel ${nameOf(row).toLowerCase()} of ${subject}`,
      body: reason,
      meta: row.orchestratorId,
      actor: ctx.caller.actor,
      agentId: row.agentId,
      requestId: ctx.requestId,
      metadata: { commandId: row.id, type: row.type, was: row.state },
    });
    return toCommand(asked);
  });
}
