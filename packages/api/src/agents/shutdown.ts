import { record } from "../activity/record.ts";
import { askToCancel } from "../commands/cancel.ts";
import { enqueue } from "../commands/enqueue.ts";
import type { Authed } from "../context.ts";
import type { AgentState } from "../contracts/index.ts";
import { actOn, answerOf, sessionOf } from "./reach.ts";
import { hasEnded } from "./rules.ts";
import type { ShutdownAgent, ShutdownAnswer } from "./schema.ts";

/** Asks the host to end the session; what has ended already is answered so (SPN-54, SPN-55). */
export async function shutdown(
  ctx: Authed,
  { reason, graceSeconds, ...selector }: ShutdownAgent,
): Promise<ShutdownAnswer> {
  const done = await actOn(ctx, { verb: "shut down" }, selector, async (unit, agent) => {
    if (hasEnded(agent.state as AgentState)) return null;
    await unit.hold("command", agent.commandId ?? "");
    const pending = await unit.tx.command.findFirst({ where: { id: agent.commandId ?? "", state: "pending" } });
    const row = pending
      ? await askToCancel(ctx, unit, pending)
      : await enqueue(ctx, unit, {
          orchestratorId: agent.orchestratorId,
          type: "agent.shutdown",
          params: { agentId: agent.id, sessionName: sessionOf(agent), graceSeconds, reason },
          agentId: agent.id,
          requestedBy: ctx.caller.actor,
          correlationId: agent.spawnRequestId,
        });
    await record(ctx, unit, {
      clientId: `shutdown:${row.id}`,
      kind: "command",
      view: "agents",
      title: `Shut down ${agent.label ?? agent.id}`,
      body: reason,
      meta: agent.orchestratorId,
      actor: ctx.caller.actor,
      agentId: agent.id,
      requestId: ctx.requestId,
      metadata: { commandId: row.id },
    });
    return row;
  });
  const alreadyEnded = done.every(({ command }) => command === null);
  return { ...answerOf(done, selector.all), action: "shutdown", alreadyEnded };
}
