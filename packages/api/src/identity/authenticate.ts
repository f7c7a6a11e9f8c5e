import type { Services } from "../context.ts";
import type { Constraints, Scope, TokenProfile } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { type Caller, callerOf, type VerifiedToken } from "./caller.ts";
import { identityOf } from "./rules.ts";
import type { Credential, StoredToken } from "./token-cache.ts";
import { hashSecret, readTokenText, sameHash } from "./token-text.ts";

/** Id under which a preset administrator token without our form is stored (IDN-50). */
export const presetTokenId = "tok_preset";
const noHash = hashSecret("");

const ways = "Send Authorization: Bearer <token>, connectionParams.token on the WebSocket, or sign in at /sign-in.";

export const noCredential = () => new AppError("Unauthenticated", "This needs a credential", { next: ways });
const unknown = () => new AppError("Unauthenticated", "This token is not known here", { next: ways });

async function reach<T>(query: Promise<T>): Promise<T> {
  return query.catch(() => {
    throw new AppError("Unavailable", "The relay cannot reach its database");
  });
}

function usable(token: StoredToken, now: Date): void {
  if (token.revokedAt) throw new AppError("Unauthenticated", "This token was revoked", { next: ways });
  if (token.expiresAt && now >= token.expiresAt) {
    throw new AppError("Unauthenticated", `This token expired at ${token.expiresAt.toISOString()}`, { next: ways });
  }
}

async function bearer(services: Services, text: string): Promise<StoredToken> {
  const parsed = readTokenText(text);
  if (!parsed && text.startsWith("sbx_")) throw unknown();
  const key = hashSecret(text);
  const now = services.clock.now();
  const cached = services.tokens.get(key, now.getTime());
  if (cached) return cached;
  const id = parsed?.tokenId ?? presetTokenId;
  const token = await reach(services.db.client.token.findUnique({ where: { id } }));
  if (!sameHash(key, token?.hash ?? noHash) || !token) throw unknown();
  services.tokens.put(key, token, now.getTime());
  return token;
}

/** Twelve hours after its last use a session ends (IDN-53). */
export const sessionMs = 12 * 3600_000;

async function session(services: Services, secret: string): Promise<{ token: StoredToken; sessionId: string }> {
  const now = services.clock.now();
  const hash = hashSecret(secret);
  const row = await reach(services.db.client.session.findUnique({ where: { hash }, include: { token: true } }));
  const lastUsedAt = row && (services.used.sessions.get(row.id) ?? row.lastUsedAt);
  const over = !row || row.revokedAt || !lastUsedAt || now.getTime() - lastUsedAt.getTime() > sessionMs;
  if (over) throw new AppError("Unauthenticated", "This session has ended", { next: "Sign in again at /sign-in." });
  return { token: row.token, sessionId: row.id };
}

/** The caller that a credential stands for; Unauthenticated or Unavailable otherwise. Writes nothing per call (IDN-11). */
export async function authenticate(services: Services, credential: Credential): Promise<Caller> {
  const { token, sessionId } =
    credential.type === "bearer"
      ? { token: await bearer(services, credential.text), sessionId: null }
      : await session(services, credential.secret);
  const now = services.clock.now();
  usable(token, now);
  services.used.tokens.set(token.id, now);
  if (sessionId) services.used.sessions.set(sessionId, now);
  const verified = {
    id: token.id,
    name: token.name,
    profile: token.profile as TokenProfile,
    scopes: JSON.parse(token.scopes) as Scope[],
    constraints: JSON.parse(token.constraints) as Constraints,
  };
  return callerOf(verified, await agentOf(services, verified), sessionId);
}

/** The agent that a token speaks as; looked up only for the few tokens that do not name it (IDN-22). */
async function agentOf(services: Services, token: VerifiedToken): Promise<string | null> {
  const identity = identityOf(token);
  if (!identity || "agentId" in identity) return identity?.agentId ?? null;
  const row = await reach(
    services.db.client.agent.findFirst({ where: identity, select: { id: true }, orderBy: { createdAt: "desc" } }),
  );
  return row?.id ?? null;
}
