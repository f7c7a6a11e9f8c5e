import type { Scope, TokenProfile } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import type { Constraints } from "./constraints.ts";
import { identityOf, mayUse, type Resource, refusal } from "./rules.ts";

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
  ({ kind: "person" } | { kind: "integration" } | { kind: "orchestrator" } | { kind: "agent"; agentId: string });

export interface VerifiedToken {
  id: string;
  name: string;
  profile: TokenProfile;
  scopes: Scope[];
  constraints: Constraints;
}

/** The one caller that a token stands for (IDN-22, IDN-27). */
export function callerOf(token: VerifiedToken, sessionId: string | null): Caller {
  const agentId = identityOf(token.constraints);
  const common: Common = {
    tokenId: token.id,
    profile: token.profile,
    scopes: new Set(token.scopes),
    constraints: token.constraints,
    actor: agentId ?? token.name,
    sessionId,
  };
  if (agentId) return { ...common, kind: "agent", agentId };
  if (token.profile === "orchestrator" || token.profile === "integration") return { ...common, kind: token.profile };
  return { ...common, kind: "person" };
}

export const isAdministrator = (caller: Caller): boolean => caller.scopes.has("*");

export const agentIdOf = (caller: Caller): string | null => (caller.kind === "agent" ? caller.agentId : null);

/** Refuses a caller that holds none of the scopes (IDN-14). */
export function demand(caller: Caller, what: string, scopes: readonly Scope[]): void {
  if (mayUse(caller.scopes, scopes)) return;
  throw new AppError("Forbidden", `${what} needs ${scopes.join(" or ")}, which this token does not have`);
}

/** Refuses a resource that the token's constraints exclude, before anything is written (IDN-21). */
export function allow(caller: Caller, resource: Resource): void {
  const refused = refusal(caller.constraints, resource);
  if (!refused) return;
  throw new AppError(
    "Forbidden",
    `This token's ${refused.constraint} does not allow ${refused.value}; it allows ${refused.allowed.join(", ") || "nothing"}`,
  );
}
