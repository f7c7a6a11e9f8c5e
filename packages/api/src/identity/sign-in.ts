import { record } from "../activity/record.ts";
import { cards } from "../agents/service.ts";
import type { Opened, Services } from "../context.ts";
import { AppError } from "../errors.ts";
import { transact, type Unit } from "../unit.ts";
import { authenticate } from "./authenticate.ts";
import type { SignIn, Whoami } from "./schema.ts";
import { hashSecret, newSecret } from "./token-text.ts";

const linkMs = 10 * 60_000;

/** A one-time link for a person; the code is in the fragment, so no server log holds it (IDN-51). */
export async function createSignInLink(services: Services, tokenId: string): Promise<string> {
  const code = newSecret();
  const now = services.clock.now();
  await services.db.client.signInCode.create({
    data: { hash: hashSecret(code), tokenId, createdAt: now, expiresAt: new Date(now.getTime() + linkMs) },
  });
  return `${services.publicUrl}/sign-in#code=${code}`;
}

async function redeem(unit: Unit, code: string): Promise<string> {
  const hash = hashSecret(code);
  const { count } = await unit.tx.signInCode.updateMany({
    where: { hash, usedAt: null, expiresAt: { gt: unit.now } },
    data: { usedAt: unit.now },
  });
  const row = await unit.tx.signInCode.findUnique({ where: { hash } });
  if (count === 1 && row) return row.tokenId;
  const next = "Start Signalbox again for a new link, or sign in with a token.";
  if (!row) throw new AppError("Unauthenticated", "This sign-in link is not known here", { next });
  const what = row.usedAt ? "was used already" : `is too old: it was good until ${row.expiresAt.toISOString()}`;
  throw new AppError("Unauthenticated", `This sign-in link ${what}`, { next });
}

async function tokenFor(ctx: Opened, unit: Unit, { code, token }: SignIn): Promise<string> {
  if (code !== undefined) return redeem(unit, code);
  const { tokenId, profile } = await authenticate(ctx, { type: "bearer", text: token ?? "" });
  if (profile !== "admin" && profile !== "operator" && profile !== "viewer") {
    throw new AppError("Forbidden", `A token of profile ${profile} is not for people`, {
      next: "Use a token of profile admin, operator or viewer.",
    });
  }
  return tokenId;
}

/** Opens a session from a link's code or a person's token, and sets its cookie (IDN-52). */
export async function signIn(ctx: Opened, input: SignIn): Promise<{ ok: true; actor: string }> {
  if ((input.code === undefined) === (input.token === undefined)) {
    throw new AppError("Invalid", "Give either code or token", { field: "code" });
  }
  if (!ctx.setSession) throw new AppError("Invalid", "Signing in needs HTTP: a cookie cannot be set here");
  const secret = newSecret();
  const open = transact(ctx, async (unit) => {
    const tokenId = await tokenFor(ctx, unit, input);
    const token = await unit.tx.token.findUniqueOrThrow({ where: { id: tokenId } });
    const id = ctx.newId("ses");
    const hash = hashSecret(secret);
    await unit.tx.session.create({ data: { id, hash, tokenId, createdAt: unit.now, lastUsedAt: unit.now } });
    await record(ctx, unit, {
      clientId: `sign-in:${id}`,
      kind: "identity",
      view: "security",
      title: `${token.name} signed in`,
      actor: token.name,
      requestId: ctx.requestId,
      metadata: { tokenId, address: ctx.address },
    });
    return token.name;
  });
  const actor = await open.catch(async (error: unknown) => {
    if (error instanceof AppError && error.reason === "Unauthenticated") await ctx.limits.failed(ctx.address);
    throw error;
  });
  ctx.setSession(secret);
  return { ok: true, actor };
}

/** Ends the session on the server; ok without one (IDN-53). */
export async function signOut(ctx: Opened): Promise<{ ok: true }> {
  const { caller } = ctx;
  if (caller?.sessionId) {
    const { sessionId, tokenId, actor } = caller;
    await transact(ctx, async (unit) => {
      await unit.tx.session.update({ where: { id: sessionId }, data: { revokedAt: unit.now } });
      await record(ctx, unit, {
        clientId: `sign-out:${sessionId}`,
        kind: "identity",
        view: "security",
        title: `${actor} signed out`,
        actor,
        requestId: ctx.requestId,
        metadata: { tokenId },
      });
    });
    ctx.bells.ring(`token:${tokenId}`);
  }
  ctx.setSession?.(null);
  return { ok: true };
}

/** Who is calling, as the relay sees it (IDN-26). */
export async function whoami(ctx: Opened): Promise<Whoami> {
  const { caller } = ctx;
  const nobody = { tokenId: null, profile: null, scopes: [], constraints: {}, agentId: null, agent: null };
  if (!caller) return { kind: "anonymous", actor: "anonymous", ...nobody };
  const agentId = caller.kind === "agent" ? caller.agentId : null;
  const row = agentId ? await ctx.db.client.agent.findUnique({ where: { id: agentId } }) : null;
  const [agent] = row ? await cards(ctx, [row]) : [];
  const { kind, actor, profile, tokenId, constraints } = caller;
  return { kind, actor, profile, tokenId, scopes: [...caller.scopes], constraints, agentId, agent: agent ?? null };
}
