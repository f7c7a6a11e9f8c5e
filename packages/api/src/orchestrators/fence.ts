import type { Authed } from "../context.ts";
import { AppError } from "../errors.ts";
import { allow } from "../identity/caller.ts";

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

/** Whether this very connection is the host's presence: then nothing has to be looked up to know who speaks (HST-12). */
export function isPresent(ctx: Authed, { orchestratorId, instanceId }: { orchestratorId: string; instanceId: string }) {
  const present = ctx.presence.get(`host:${orchestratorId}`);
  return present?.instance === instanceId && present.connection.id === ctx.connection?.id;
}
