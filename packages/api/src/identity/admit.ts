import { noteDenial } from "../activity/denials.ts";
import type { Context } from "../context.ts";
import type { Scope } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { authenticate, noCredential } from "./authenticate.ts";
import { type Caller, demand } from "./caller.ts";

/**
 * The caller of a request, counted: failed attempts are limited per address (IDN-55), an integration's calls per token
 * (IDN-38). Throws Unauthenticated, Unavailable or QuotaReached.
 */
export async function admit(ctx: Context): Promise<Caller> {
  const { credential } = ctx;
  if (!credential) throw noCredential();
  const caller = await authenticate(ctx, credential).catch(async (error: unknown) => {
    if (error instanceof AppError && error.reason === "Unauthenticated") await ctx.limits.failed(ctx.address);
    throw error;
  });
  if (caller.profile === "integration") {
    await ctx.limits.integration(caller.tokenId, ctx.settings["tokens.integrationPerMinute"]);
  }
  return caller;
}

/** The caller at a door that is no procedure, with one of the scopes where it asks for some; refusals are kept (IDN-14, IDN-56). */
export async function admitTo(ctx: Context, door: string, scopes?: readonly Scope[]): Promise<Caller> {
  let caller: Caller | null = null;
  try {
    caller = await admit(ctx);
    if (scopes) demand(caller, door, scopes);
    return caller;
  } catch (error) {
    await refused(ctx, door, caller, error);
    throw error;
  }
}

/** Keeps a refusal as such (IDN-56); other failures are none. */
export async function refused(ctx: Context, what: string, caller: Caller | null, error: unknown): Promise<void> {
  if (!(error instanceof AppError)) return;
  const { reason, message } = error;
  if (reason !== "Unauthenticated" && reason !== "Forbidden") return;
  await noteDenial(
    { ...ctx, caller },
    {
      what,
      who: caller?.actor ?? ctx.address,
      code: reason,
      why: message,
      requestId: ctx.requestId,
    },
  );
}
