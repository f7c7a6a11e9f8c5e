import type { Authed } from "../context.ts";
import type { Rung } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { actingAgent, allow } from "../identity/caller.ts";
import { transact } from "../unit.ts";
import { release } from "./loop-guard.ts";
import { statesOf, toReceipt, whole } from "./mapper.ts";
import { isArrived } from "./rules.ts";
import type { Redeliver } from "./schema.ts";

/** A new try for what did not arrive, or a person's release of what is held (MSG-58, MSG-61). */
export async function redeliver(ctx: Authed, { messageId, agentIds }: Redeliver) {
  const me = actingAgent(ctx.caller);
  await transact(ctx, async (unit) => {
    const row = await unit.tx.message.findUnique({ where: { id: messageId }, include: whole });
    const own = row && row.senderKey === (me ? `agent:${me}` : `token:${ctx.caller.tokenId}`);
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
      throw new AppError("Forbidden", `Message ${messageId} is held by the loop guard; only a person may release it`, {
        next: "Ask a person to release it in the console.",
      });
    }
    // The whole exchange goes on, not this message alone (MSG-61).
    const { senderAgentId } = row;
    const between = held.flatMap((agentId) => [
      { agentId, senderAgentId },
      ...(senderAgentId ? [{ agentId: senderAgentId, senderAgentId: agentId }] : []),
    ]);
    await release(unit, { OR: between });
    const late = stuck.filter(({ state }) => state === "undeliverable").map(({ agentId }) => agentId);
    await unit.tx.delivery.updateMany({
      where: { messageId, agentId: { in: late }, state: "undeliverable" },
      data: {
        state: "waiting",
        reason: null,
        deadlineAt: new Date(unit.now.getTime() + row.deliverWithin * 1000),
      },
    });
    await unit.tx.message.update({ where: { id: messageId }, data: { bouncedAt: null } });
    for (const agentId of late) unit.ring(`mail:${agentId}`);
    unit.publish({ type: "message", id: String(messageId) });
  });
  const row = await ctx.db.client.message.findUniqueOrThrow({ where: { id: messageId }, include: whole });
  return { messageId, delivery: toReceipt(row, await statesOf(ctx, [row])) };
}
