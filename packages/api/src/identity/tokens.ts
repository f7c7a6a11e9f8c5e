import { record } from "../activity/record.ts";
import type { Authed } from "../context.ts";
import {
  type Constraints,
  excess,
  readScope,
  type Scope,
  scopes,
  type TokenProfile,
  tokenProfiles,
} from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { newAgentId } from "../ids.ts";
import { type Tx, transact, type Unit } from "../unit.ts";
import { isAdministrator } from "./caller.ts";
import { profileScopes } from "./profiles.ts";
import type { CreateToken, ListTokens, TokenRecord } from "./schema.ts";
import { hashSecret, tokenText } from "./token-text.ts";
import { usesOf } from "./uses.ts";

type Row = NonNullable<Awaited<ReturnType<Tx["token"]["findUnique"]>>>;
const iso = (at: Date | null) => at?.toISOString() ?? null;

function toToken(row: Row, uses: TokenRecord["uses"] = { hosts: [], sessions: 0 }): TokenRecord {
  return {
    id: row.id,
    name: row.name,
    profile: row.profile as TokenProfile,
    scopes: JSON.parse(row.scopes) as Scope[],
    constraints: JSON.parse(row.constraints) as Constraints,
    subject: row.subject,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    expiresAt: iso(row.expiresAt),
    revokedAt: iso(row.revokedAt),
    lastUsedAt: iso(row.lastUsedAt),
    uses,
  };
}

const defaults = (profile: TokenProfile): Constraints => (profile === "viewer" ? { terminalAttach: false } : {});

/** The seven templates (IDN-16). */
export function templates() {
  const items = tokenProfiles.map((profile) => ({
    profile,
    scopes: [...profileScopes[profile]],
    constraints: defaults(profile),
  }));
  return { items };
}

/** Scopes in the spelling that is stored (IDN-13). */
function spelled(given: string[]): Scope[] {
  const read = given.map((text) => ({ text, scope: readScope(text) }));
  const unknown = read.find(({ scope }) => scope === null);
  if (unknown) {
    throw new AppError("Invalid", `${unknown.text} is not a scope; the scopes are ${scopes.join(", ")}`, {
      field: "scopes",
    });
  }
  return [...new Set(read.flatMap(({ scope }) => scope ?? []))];
}

/** An interactive token speaks for exactly one agent: the given one, or a fresh id (IDN-34). */
function ownAgent({ profile, constraints }: CreateToken): Constraints {
  if (profile !== "interactive") return {};
  const agents = constraints.agents ?? [newAgentId("claude")];
  if (agents.length === 1) return { agents };
  throw new AppError("Invalid", "An interactive token has exactly one entry in agents", {
    field: "constraints.agents",
  });
}

function checked(ctx: Authed, input: CreateToken) {
  const { caller } = ctx;
  if (input.profile === "provider-agent") {
    throw new AppError("Invalid", "Tokens of profile provider-agent come from the spawn alone", { field: "profile" });
  }
  const wanted = input.scopes ? spelled(input.scopes) : [...profileScopes[input.profile]];
  const constraints = { ...defaults(input.profile), ...input.constraints, ...ownAgent(input) };
  if (wanted.includes("*") && !isAdministrator(caller))
    throw new AppError("Forbidden", "Only a holder of * may give *");
  const over = excess(caller, { scopes: wanted, constraints });
  if (over) throw new AppError("Forbidden", `The new token would exceed yours: ${over}`);
  const expiresAt = constraints.expiresAt ? new Date(constraints.expiresAt) : null;
  if (expiresAt && expiresAt <= ctx.clock.now()) {
    throw new AppError("Invalid", "constraints.expiresAt lies in the past", { field: "constraints.expiresAt" });
  }
  return { scopes: wanted, constraints, expiresAt };
}

/**
 * An agent that the relay started has one token, from the mint (IDN-39, IDN-41). Another one for it would let its maker
 * speak as that agent: only an administrator, or whoever is bound to it already, may make one.
 */
async function refuseImpersonation(ctx: Authed, unit: Unit, { agents = [] }: Constraints): Promise<void> {
  const bound = ctx.caller.constraints.agents ?? [];
  const others = isAdministrator(ctx.caller) ? [] : agents.filter((id) => !bound.includes(id));
  const started = await unit.tx.agent.findFirst({ where: { id: { in: others }, commandId: { not: null } } });
  if (!started) return;
  throw new AppError("Forbidden", `The relay started agent ${started.id}: only a holder of * may make a token for it`);
}

/** Makes a token that can do no more than its maker; its text is in this answer and nowhere else (IDN-31, IDN-32). */
export async function create(ctx: Authed, input: CreateToken): Promise<{ token: TokenRecord; text: string }> {
  const { scopes: given, constraints, expiresAt } = checked(ctx, input);
  return transact(ctx, async (unit) => {
    await refuseImpersonation(ctx, unit, constraints);
    const id = ctx.newId("tok");
    const text = tokenText(id);
    const row = await unit.tx.token.create({
      data: {
        id,
        name: input.name,
        profile: input.profile,
        scopes: JSON.stringify(given),
        constraints: JSON.stringify(constraints),
        hash: hashSecret(text),
        createdBy: ctx.caller.actor,
        createdAt: unit.now,
        expiresAt,
      },
    });
    await record(ctx, unit, {
      clientId: `token-created:${id}`,
      kind: "identity",
      view: "security",
      title: `Created token ${input.name} (${input.profile})`,
      actor: ctx.caller.actor,
      requestId: ctx.requestId,
      metadata: { tokenId: id },
    });
    unit.publish({ type: "token", id });
    return { token: toToken(row), text };
  });
}

/** Newest first; never a secret or hash (IDN-35). */
export async function list(ctx: Authed, { profile, state, cursor, limit }: ListTokens) {
  const now = ctx.clock.now();
  const states = {
    active: { revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] },
    expired: { revokedAt: null, expiresAt: { lte: now } },
    revoked: { revokedAt: { not: null } },
  };
  const rows = await ctx.db.client.token.findMany({
    where: { profile, ...(state ? states[state] : {}), ...(cursor ? { id: { lt: cursor } } : {}) },
    orderBy: { id: "desc" },
    take: limit + 1,
  });
  const page = rows.slice(0, limit);
  const uses = await usesOf(
    ctx,
    page.filter(({ revokedAt }) => !revokedAt).map(({ id }) => id),
  );
  const items = page.map((row) => toToken(row, uses.get(row.id)));
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

const holdsAll = { scopes: { contains: '"*"' } };

/** Keeps the usable tokens with `*` as they are until the commit, in one order for everybody; two that are revoked at once see each other go. */
async function holdAdministrators(unit: Unit): Promise<void> {
  const usable = { ...holdsAll, revokedAt: null };
  const all = await unit.tx.token.findMany({ where: usable, select: { id: true }, orderBy: { id: "asc" } });
  for (const { id } of all) await unit.hold("token", id);
}

async function isLastAdministrator(unit: Unit, { id, scopes: held }: Row): Promise<boolean> {
  if (!held.includes('"*"')) return false;
  const where = { ...holdsAll, revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: unit.now } }] };
  return (await unit.tx.token.count({ where: { ...where, id: { not: id } } })) === 0;
}

/** Final, and repeatable (IDN-36). */
export async function revoke(ctx: Authed, { tokenId }: { tokenId: string }): Promise<TokenRecord> {
  return transact(ctx, async (unit) => {
    const given = await unit.tx.token.findFirst({ where: { id: tokenId, ...holdsAll } });
    await (given ? holdAdministrators(unit) : unit.hold("token", tokenId));
    const row = await unit.tx.token.findUnique({ where: { id: tokenId } });
    if (!row) throw new AppError("NotFound", `There is no token ${tokenId}`);
    if (row.revokedAt) return toToken(row);
    if (await isLastAdministrator(unit, row)) {
      throw new AppError("Conflict", "This is the last usable token with *", {
        next: "Make another administrator first.",
      });
    }
    const revoked = await unit.tx.token.update({ where: { id: tokenId }, data: { revokedAt: unit.now } });
    await record(ctx, unit, {
      clientId: `token-revoked:${tokenId}`,
      kind: "identity",
      view: "security",
      title: `Revoked token ${row.name}`,
      actor: ctx.caller.actor,
      requestId: ctx.requestId,
      metadata: { tokenId },
    });
    unit.publish({ type: "token", id: tokenId });
    return toToken(revoked);
  });
}
