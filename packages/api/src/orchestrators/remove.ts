import { record } from "../activity/record.ts";
import { endAgent } from "../agents/end.ts";
import { isFinal } from "../commands/rules.ts";
import { settle } from "../commands/settle.ts";
import type { Authed } from "../context.ts";
import { type CommandState, finalStates } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { allow } from "../identity/caller.ts";
import { transact, type Unit } from "../unit.ts";
import { namesOf, notDraining } from "./drain.ts";
import { knownHost } from "./known.ts";
import type { RemovedHost, RemoveHost } from "./schema.ts";
import { stayingOn } from "./view.ts";

function refuseConnected(ctx: Authed, id: string): void {
  const present = ctx.presence.get(`host:${id}`);
  if (!present) return;
  const since = present.since.toISOString();
  throw new AppError("Conflict", `Host ${id} is connected from ${present.connection.address} since ${since}`, {
    next: "Stop its orchestrator first; its sessions go on meanwhile.",
  });
}

/** Nothing waits any more for a host that is gone. An outcome may write a command itself, which is then settled too. */
async function settleAll(ctx: Authed, unit: Unit, id: string): Promise<void> {
  const open = { orchestratorId: id, state: { notIn: [...finalStates] } };
  for (;;) {
    const rows = await unit.tx.command.findMany({ where: open, orderBy: { seq: "asc" } });
    if (!rows.length) return;
    for (const { id: commandId } of rows) {
      await unit.hold("command", commandId);
      const row = await unit.tx.command.findUniqueOrThrow({ where: { id: commandId } });
      const error = { reason: "host_removed", message: `Host ${id} was removed by ${ctx.caller.actor}` };
      const state = row.state as CommandState;
      if (isFinal(state)) continue;
      await settle(ctx, unit, row, { state: state === "pending" ? "expired" : "failed", error });
    }
  }
}

/**
 * Takes a host off the list. Its row stays, marked, since commands, workspaces and agents point to it: its history is what
 * it was. Registering again brings it back (HST-39).
 */
export async function remove(ctx: Authed, { id, force }: RemoveHost): Promise<RemovedHost> {
  if (ctx.caller.kind === "orchestrator") throw new AppError("Forbidden", "A host's token removes no host");
  allow(ctx.caller, { orchestratorId: id });
  refuseConnected(ctx, id);
  const { actor } = ctx.caller;
  const ended = await transact(ctx, async (unit) => {
    await unit.hold("orchestrator", id);
    await knownHost(unit.tx, id);
    refuseConnected(ctx, id);
    const live = await stayingOn(unit.tx, id);
    if (live.length && !force) {
      throw new AppError("Conflict", `Host ${id} has ${live.length} live agents: ${namesOf(live)}`, {
        next: "Shut them down, or remove it with force: they become exited, and their worktrees stay on the machine.",
      });
    }
    for (const { agentId } of live) {
      await unit.hold("agent", agentId);
      const agent = await unit.tx.agent.findUniqueOrThrow({ where: { id: agentId } });
      const text = `Host ${id} was removed by ${actor}`;
      await endAgent(ctx, unit, agent, { state: "exited", kind: "host_removed", text, actor });
    }
    await settleAll(ctx, unit, id);
    await unit.tx.orchestrator.update({
      where: { id },
      data: { ...notDraining, removedAt: unit.now, state: "offline", stateSince: unit.now },
    });
    await record(ctx, unit, {
      clientId: `remove-host:${id}:${ctx.requestId}`,
      kind: "state",
      view: "hosts",
      title: `Remove host ${id}`,
      body: live.length ? `Ended with it: ${namesOf(live)}` : undefined,
      meta: id,
      actor,
      requestId: ctx.requestId,
      metadata: { force, ended: live.map(({ agentId }) => agentId) },
    });
    unit.publish({ type: "host", id });
    return live.map(({ agentId }) => agentId);
  });
  ctx.presence.forget(`host:${id}`);
  ctx.fleet.vitals.delete(id);
  ctx.fleet.fresh.delete(id);
  ctx.fleet.unknown.delete(id);
  return { id, ended };
}
