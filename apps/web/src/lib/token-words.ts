import type { Token } from "./types.ts";
import { count, type Signal } from "./words.ts";

export type TokenState = "active" | "expired" | "revoked";

/** Revoked is final, whenever it would have ended (IDN-35). */
export function tokenState({ revokedAt, expiresAt }: Pick<Token, "revokedAt" | "expiresAt">, now: number): TokenState {
  if (revokedAt) return "revoked";
  return expiresAt && Date.parse(expiresAt) <= now ? "expired" : "active";
}

export const tokenSignals: Record<TokenState, Signal> = {
  active: { word: "Active", tone: "green", shape: "full" },
  expired: { word: "Expired", tone: "grey", shape: "dash" },
  revoked: { word: "Revoked", tone: "red", shape: "cross" },
};

/** What each token profile is for (IDN-16). */
export const tokenProfileWords: Record<Token["profile"], string> = {
  admin: "The owner: may do everything",
  operator: "A person who runs the fleet",
  viewer: "A person who looks",
  orchestrator: "One host's daemon",
  "provider-agent": "One agent that the relay started; made by the spawn alone",
  interactive: "One agent session that a person started by hand",
  integration: "An outside system",
};

/** Scopes in short: all, or how many. */
export const scopesInShort = (scopes: readonly string[]): string =>
  scopes.includes("*") ? "everything" : count(scopes.length, "scope");

interface Ending {
  token: Pick<Token, "profile" | "constraints" | "uses">;
  /** It is the one that this session was opened with. */
  own: boolean;
}

/** What uses a token now and what becomes of that when it is revoked, one line each (CON-61, IDN-37). */
export function endsWith({ token: { profile, constraints, uses }, own }: Ending): string[] {
  const agents = constraints.agents ?? [];
  return [
    own ? "You are signed in with it: you will be signed out here" : null,
    uses.sessions > 0
      ? `${count(uses.sessions, "open session")} of this console ${uses.sessions === 1 ? "ends" : "end"}`
      : null,
    ...uses.hosts.map((id) => `Host ${id} is registered with it: its connection closes, its agents go on running`),
    ...agents.map((id) =>
      profile === "provider-agent"
        ? `Agent ${id} can reach the relay no more; its session goes on`
        : `Agent ${id} can reach the relay no more`,
    ),
  ].filter((line) => line !== null);
}

/** The token profile of that name, as an address gives it; empty for any other text. */
export const profileNamed = (name: string): Token["profile"] | "" =>
  Object.hasOwn(tokenProfileWords, name) ? (name as Token["profile"]) : "";
