import { z } from "zod";

/** All scopes there are (IDN-12); `*` stands for all of them. */
export const scopes = [
  "*",
  "agent:read",
  "agent:write",
  "command:read",
  "command:write",
  "command:spawn",
  "command:spawn-top-level",
  "command:shutdown",
  "message:read",
  "message:send",
  "mcp:use",
  "logs:read",
  "terminal:attach",
  "token:read",
  "token:write",
  "artifact:read",
  "artifact:write",
  "artifact:admin",
  "orchestrator:read",
  "orchestrator:write",
  "orchestrator:upgrade",
  "policy:read",
  "policy:write",
  "profile:read",
  "profile:write",
  "activity:read",
  "settings:read",
  "settings:write",
] as const;

/** Resources whose plural is accepted and stored in the singular (IDN-13). */
const plurals = ["agent", "command", "message", "terminal", "token", "artifact", "orchestrator", "policy", "profile"];
const singular = new Map(plurals.map((name) => [name.endsWith("y") ? `${name.slice(0, -1)}ies` : `${name}s`, name]));

/** The scope that a spelling stands for, or null for none (IDN-13). */
export function readScope(text: string): Scope | null {
  const [resource = "", ...rest] = text.split(":");
  const spelled = [singular.get(resource) ?? resource, ...rest].join(":");
  const known = spelled === "message:write" ? "message:send" : spelled;
  return (scopes as readonly string[]).includes(known) ? (known as Scope) : null;
}

export const Scope = z.enum(scopes);
export type Scope = z.infer<typeof Scope>;

/** The seven token profiles (IDN-16). */
export const tokenProfiles = [
  "admin",
  "operator",
  "viewer",
  "orchestrator",
  "provider-agent",
  "interactive",
  "integration",
] as const;
export const TokenProfile = z.enum(tokenProfiles);
export type TokenProfile = z.infer<typeof TokenProfile>;
