import type { Authed } from "../context.ts";
import type { AgentState, Rung } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { actorKey, allow } from "../identity/caller.ts";
import { transact } from "../unit.ts";
import { releaseBetween } from "./loop-guard.ts";
import { mostShown, statesOf, toReceipt, whole } from "./mapper.ts";
import { firstState, isArrived } from "./rules.ts";
import type { Redeliver } from "./schema.ts";

/** A new try for what did not arrive, or a person's release of what is held (MSG-58, MSG-61). */
export async function redeliver(ctx: Authed, { messageId, agentIds }: Redeliver) {
  await transact(ctx, async (unit) => {
    const row = await unit.tx.message.findUnique({ where: { id: messageId }, include: whole });
    const own = row?.senderKey === actorKey(ctx.caller);
    if (!row || (!own && ctx.caller.kind !== "person")) {
      throw new AppError("NotFound", `There is no message ${messageId} that you sent`, { field: "messageId" });
    }
    const strange = agentIds?.find((id) => !row.deliveries.some(({ agentId }) => agentId === id));
    if (strange) {
      throw new AppError("NotFound", `Message ${messageId} was not written to ${strange}`, { field: "agentIds" });
    }
    const meant = row.deliveries.filter(({ agentId }) => !agentIds || agentIds.includes(agentId));
    for (const { agentId } of meant) allow(ctx.caller, { target: agentId });
    const there = meant.filter(({ rung }) => isArrived(rung as Rung));
    const [first] = there;
    if (first && (agentIds || there.length === meant.length)) {
      const at = (first.injectedAt ?? first.seenAt ?? first.answeredAt)?.toISOString();
      throw new AppError("Conflict", `Message ${messageId} reached ${first.agentId} at ${at}`, {
        next: "Nothing is to be done: it is there.",
      });
    }
    const waits = meant.find(({ state, rung }) => state === "waiting" && !isArrived(rung as Rung));
    const stuck = meant.filter(({ state }) => state === "held" || state === "undeliverable");
    if (stuck.length === 0) {
      throw new AppError("Conflict", `Message ${messageId} is under way to ${waits?.agentId ?? "nobody"}`, {
        next: "Wait for its deadline, or look at it with relay_get_message.",
      });
    }
    const held = stuck.filter(({ state }) => state === "held").map(({ agentId }) => agentId);
    if (held.length && ctx.caller.kind !== "person") {
      const others = stuck.length > held.length ? ", or name the other recipients in agentIds" : "";
      throw new AppError("Forbidden", `Message ${messageId} is held by the loop guard; only a person may release it`, {
        next: `Ask a person to release it in the console${others}.`,
      });
    }
    if (row.senderAgentId) await releaseBetween(ctx, unit, row.senderAgentId, held);
    const late = stuck.filter(({ state }) => state === "undeliverable").map(({ agentId }) => agentId);
    const agents = await unit.tx.agent.findMany({ where: { id: { in: late } }, select: { id: true, state: true } });
    // To an agent that has ended it fails at once, as a first try would (MSG-43): the answer says so.
    const reachable = agents.filter(({ state }) => firstState(state as AgentState).state === "waiting");
    const ids = reachable.map(({ id }) => id);
    await unit.tx.delivery.updateMany({
      where: { messageId, agentId: { in: ids }, state: "undeliverable" },
      data: {
        state: "waiting",
        reason: null,
        deadlineAt: new Date(unit.now.getTime() + row.deliverWithin * 1000),
      },
    });
    await unit.tx.delivery.updateMany({
      where: { messageId, agentId: { in: late.filter((id) => !ids.includes(id)) }, state: "undeliverable" },
      data: { reason: "agent_ended", deadlineAt: unit.now },
    });
    if (ids.length > 0) await unit.tx.message.update({ where: { id: messageId }, data: { bouncedAt: null } });
    for (const agentId of ids) unit.ring(`mail:${agentId}`);
    unit.publish({ type: "message", id: String(messageId) });
  });
  const row = await ctx.db.client.message.findUniqueOrThrow({ where: { id: messageId }, include: whole });
  return { messageId, delivery: toReceipt(row, await statesOf(ctx, [row]), mostShown(ctx)) };
}
