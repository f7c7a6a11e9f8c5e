import type { Authed } from "../context.ts";
import { AppError } from "../errors.ts";
import { allow } from "../identity/caller.ts";

/**
 * That it is the host which is calling (`registeredHost`), for what it says again and again: on the connection on which
 * this instance registered, and which nobody replaced, the database need not be asked (HST-12).
 */
export async function speaksFor(ctx: Authed, proof: { orchestratorId: string; instanceId: string }): Promise<void> {
  const present = ctx.presence.get(`host:${proof.orchestratorId}`);
  const isIts = present?.connection === ctx.connection && present?.instance === proof.instanceId;
  if (!present || !isIts) await registeredHost(ctx, proof);
}

/**
 * The host that is calling: only the token and the instance with which it registered last may speak for it, whatever
 * scopes another has (HST-06, HST-07).
 */
export async function registeredHost(ctx: Authed, proof: { orchestratorId: string; instanceId: string }) {
  allow(ctx.caller, { orchestratorId: proof.orchestratorId });
  const host = await ctx.db.client.orchestrator.findUnique({ where: { id: proof.orchestratorId } });
  if (!host) throw new AppError("NotFound", `There is no host ${proof.orchestratorId}`);
  if (host.tokenId !== ctx.caller.tokenId) {
    throw new AppError("Forbidden", `Host ${host.id} is registered with another token`);
  }
  if (host.removedAt) {
    throw new AppError("Conflict", `Host ${host.id} was removed at ${host.removedAt.toISOString()}`, {
      next: "Register again: that brings it back.",
    });
  }
  if (host.instanceId !== proof.instanceId) {
    throw new AppError(
      "Conflict",
      `Instance ${proof.instanceId} of host ${host.id} was replaced by ${host.instanceId}`,
      {
        next: "Register again before anything else.",
      },
    );
  }
  return host;
}
