import { agentBound, type Constraints, type Scope, type TokenProfile } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { mayUse, type Resource, refusal } from "./rules.ts";

interface Common {
  tokenId: string;
  profile: TokenProfile;
  scopes: ReadonlySet<Scope>;
  constraints: Constraints;
  /** Printable name: the agent's id, else the token's name (IDN-27). */
  actor: string;
  /** Browser session, when the credential was its cookie. */
  sessionId: string | null;
}

/** Who is calling: made from the credential alone, never from the body. */
export type Caller = Common &
  (
    | { kind: "person" }
    | { kind: "integration" }
    | { kind: "orchestrator" }
    /** Bound to agents (IDN-24); null: to several, or to one that is not known, and then nobody in particular. */
    | { kind: "agent"; agentId: string | null }
  );

export interface VerifiedToken {
  id: string;
  name: string;
  profile: TokenProfile;
  scopes: Scope[];
  constraints: Constraints;
}

/** The one caller that a token stands for, given the agent that it speaks as (IDN-22, IDN-24, IDN-27). */
export function callerOf(token: VerifiedToken, agentId: string | null, sessionId: string | null): Caller {
  const common: Common = {
    tokenId: token.id,
    profile: token.profile,
    scopes: new Set(token.scopes),
    constraints: token.constraints,
    actor: agentId ?? token.name,
    sessionId,
  };
  if (agentId || agentBound(token)) return { ...common, kind: "agent", agentId };
  if (token.profile === "orchestrator" || token.profile === "integration") return { ...common, kind: token.profile };
  return { ...common, kind: "person" };
}

export const isAdministrator = (caller: Caller): boolean => caller.scopes.has("*");

export const agentIdOf = (caller: Caller): string | null => (caller.kind === "agent" ? caller.agentId : null);

/**
 * The agent that acts, or null for whoever is no agent. An agent-bound caller without an identity is refused: it is
 * never taken for a person (IDN-24).
 */
export function actingAgent(caller: Caller): string | null {
  if (caller.kind !== "agent" || caller.agentId) return agentIdOf(caller);
  throw new AppError("Forbidden", "This token is bound to an agent that does not exist, so it cannot act as anybody");
}

/** Refuses a caller that holds none of the scopes (IDN-14). */
export function demand(caller: Caller, what: string, scopes: readonly Scope[]): void {
  if (mayUse(caller.scopes, scopes)) return;
  throw new AppError("Forbidden", `${what} needs ${scopes.join(" or ")}, which this token does not have`);
}

/** Refuses a resource that the token's constraints exclude, before anything is written (IDN-21). `own`: its own worktree. */
export function allow(caller: Caller, resource: Resource, own: string[] = []): void {
  const refused = refusal(caller.constraints, resource, own);
  if (!refused) return;
  throw new AppError(
    "Forbidden",
    `This token's ${refused.constraint} does not allow ${refused.value}; it allows ${refused.allowed.join(", ") || "nothing"}`,
  );
}

/** Who acts, as rows name it: the agent, or the token of whoever is no agent. */
export const actorKey = (caller: Caller): string => {
  const agentId = actingAgent(caller);
  return agentId ? `agent:${agentId}` : `token:${caller.tokenId}`;
};
