import type { Scope } from "./scopes.ts";

/** What of an agent profile decides a grant. */
export interface GrantingProfile {
  maxSpawnedAgents?: number;
  spawnTopLevel?: boolean;
  extraScopes?: readonly Scope[];
}

export interface Grant {
  scopes: Scope[];
  /** Quota of live children; 0: none. */
  maxSpawnedAgents: number;
}

/** What every agent may do (IDN-16, `provider-agent`). */
export const agentScopes = [
  "mcp:use",
  "agent:read",
  "agent:write",
  "message:read",
  "message:send",
  "artifact:read",
  "artifact:write",
] as const satisfies readonly Scope[];

/** Scopes that a profile may add (SPN-32). */
export const extraScopes = [
  "command:read",
  "command:write",
  "logs:read",
  "activity:read",
  "orchestrator:read",
  "policy:read",
  "profile:read",
] as const satisfies readonly Scope[];

/**
 * The grant of an agent: the one rule behind the mint and the console's preview (IDN-45, CON-41). `parent` holds the
 * scopes of the agent that asked; without it a person or a policy asked.
 */
export function grantFor(profile: GrantingProfile | null, parent: ReadonlySet<Scope> | null): Grant {
  const extra = (profile?.extraScopes ?? []).filter((scope) => !parent || parent.has(scope) || parent.has("*"));
  const scopes: Scope[] = [...agentScopes, ...extra];
  if (parent) return { scopes, maxSpawnedAgents: 0 };
  const maxSpawnedAgents = profile?.maxSpawnedAgents ?? 0;
  if (maxSpawnedAgents > 0) scopes.push("command:spawn", "command:shutdown");
  if (profile?.spawnTopLevel) scopes.push("command:spawn-top-level");
  return { scopes, maxSpawnedAgents };
}
