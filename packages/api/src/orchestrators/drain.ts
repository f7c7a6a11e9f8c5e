import { record } from "../activity/record.ts";
import type { Authed, Services } from "../context.ts";
import { AppError } from "../errors.ts";
import { allow } from "../identity/caller.ts";
import { transact } from "../unit.ts";
import { knownHost } from "./known.ts";
import type { DrainHost, Host, StayingAgent } from "./schema.ts";
import { hostsOf, stayingOn } from "./view.ts";

/** The columns of a host that takes new agents. */
export const notDraining = {
  drainingSince: null,
  drainedBy: null,
  drainDeadlineAt: null,
  drainOverdueAt: null,
} as const;

/** Agents by name, the first twenty. */
export function namesOf(agents: StayingAgent[]): string {
  const more = agents.length > 20 ? ` and ${agents.length - 20} more` : "";
  const names = agents.slice(0, 20).map(({ agentId, name }) => (name === agentId ? name : `${name} (${agentId})`));
  return `${names.join(", ")}${more}`;
}

/**
 * Lets a host take no new agent, or takes that back; the answer lists the agents that stay (HST-37, HST-38). Given again,
 * the deadline is the new one. A host's own token drains that host alone (HST-07).
 */
export async function drain(ctx: Authed, { id, enabled, deadlineMinutes }: DrainHost): Promise<Host> {
  allow(ctx.caller, { orchestratorId: id });
  if (!enabled && deadlineMinutes !== undefined) {
    throw new AppError("Invalid", "deadlineMinutes goes with a drain; with enabled false there is none", {
      field: "deadlineMinutes",
    });
  }
  const row = await transact(ctx, async (unit) => {
    await unit.hold("orchestrator", id);
    const host = await knownHost(unit.tx, id);
    if (ctx.caller.kind === "orchestrator" && host.tokenId !== ctx.caller.tokenId) {
      throw new AppError("Forbidden", `A host's token drains no host but its own; ${id} registered with another`);
    }
    if (!enabled && !host.drainingSince) return host;
    const { actor } = ctx.caller;
    const deadline = deadlineMinutes === undefined ? null : new Date(unit.now.getTime() + deadlineMinutes * 60_000);
    const begun = { drainingSince: host.drainingSince ?? unit.now, drainedBy: actor, drainDeadlineAt: deadline };
    await record(ctx, unit, {
      clientId: `drain:${id}:${ctx.requestId}`,
      kind: "state",
      view: "hosts",
      title: enabled ? `Drain ${id}` : `${id} takes new agents again`,
      body: deadline ? `To be empty by ${deadline.toISOString()}` : undefined,
      meta: id,
      actor,
      requestId: ctx.requestId,
      metadata: { enabled, deadlineAt: deadline?.toISOString() ?? null },
    });
    unit.publish({ type: "host", id });
    // What waits for room there may go now.
    unit.ring("loops");
    const data = enabled ? { ...begun, drainOverdueAt: null } : notDraining;
    return unit.tx.orchestrator.update({ where: { id }, data });
  });
  return (await hostsOf(ctx, [row]))[0] as Host;
}

/** The loop that says once that a drain's deadline has passed, and who is still there (HST-38). */
export async function passDrains(services: Services): Promise<void> {
  const due = { removedAt: null, drainDeadlineAt: { lte: services.clock.now() }, drainOverdueAt: null };
  const rows = await services.db.client.orchestrator.findMany({ where: due, select: { id: true } });
  for (const { id } of rows) {
    await transact(services, async (unit) => {
      await unit.hold("orchestrator", id);
      const host = await unit.tx.orchestrator.findFirst({ where: { ...due, id } });
      if (!host?.drainedBy) return;
      const staying = await stayingOn(unit.tx, id);
      await record(services, unit, {
        clientId: `drained:${id}:${host.drainDeadlineAt?.toISOString()}`,
        kind: "state",
        view: "hosts",
        title: staying.length ? `${id} is not empty at its drain's deadline` : `${id} is drained`,
        body: staying.length ? `Still there: ${namesOf(staying)}` : undefined,
        meta: id,
        actor: "relay",
        onBehalfOf: host.drainedBy,
        metadata: { staying: staying.map(({ agentId }) => agentId) },
      });
      await unit.tx.orchestrator.update({ where: { id }, data: { drainOverdueAt: unit.now } });
      unit.publish({ type: "host", id });
    });
  }
}
