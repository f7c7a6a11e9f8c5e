import { posix } from "node:path";
import type { Scope, TokenProfile } from "../contracts/index.ts";
import type { Constraints } from "./constraints.ts";

/** Whether a caller with `held` may use what any one of `needed` opens (IDN-14). */
export function mayUse(held: ReadonlySet<Scope>, needed: readonly Scope[]): boolean {
  return held.has("*") || needed.some((scope) => held.has(scope));
}

const segments = (path: string): string => `${posix.resolve("/", path)}/`.replace("//", "/");

/** Whether `path` is `directory` or lies below it, by path segment after normalising (IDN-19). Both are absolute. */
export function within(path: string, directory: string): boolean {
  return segments(path).startsWith(segments(directory));
}

/** A thing that a call is about, as far as it is known. */
export interface Resource {
  orchestratorId?: string;
  cwd?: string;
  policyName?: string;
  spawnRequestId?: string;
  target?: string;
  channel?: string;
}

export interface Refusal {
  constraint: keyof Constraints;
  value: string;
  allowed: string[];
}

const lists = [
  ["orchestrators", "orchestratorId"],
  ["policies", "policyName"],
  ["spawnRequestIds", "spawnRequestId"],
  ["targets", "target"],
  ["channels", "channel"],
] as const;

/** The first constraint that refuses the resource, or null (IDN-21). */
export function refusal(constraints: Constraints, resource: Resource, own: string[] = []): Refusal | null {
  for (const [constraint, key] of lists) {
    const value = resource[key];
    const allowed = constraints[constraint];
    if (value !== undefined && allowed && !allowed.includes(value)) return { constraint, value, allowed };
  }
  const { cwd } = resource;
  if (cwd === undefined || own.some((directory) => within(cwd, directory))) return null;
  if (constraints.cwd !== undefined && !within(cwd, constraints.cwd)) {
    return { constraint: "cwd", value: cwd, allowed: [constraints.cwd] };
  }
  const prefixes = constraints.cwdPrefixes;
  if (prefixes && !prefixes.some((prefix) => within(cwd, prefix))) {
    return { constraint: "cwdPrefixes", value: cwd, allowed: prefixes };
  }
  return null;
}

interface Bound {
  profile: TokenProfile;
  constraints: Constraints;
}

/** Whether a token speaks for agents and so never for a person (IDN-24). */
export function agentBound({ profile, constraints }: Bound): boolean {
  if (profile === "provider-agent" || profile === "interactive") return true;
  return Boolean(constraints.agents || constraints.spawnedBy || constraints.parentAgents);
}

const single = (list: string[] | undefined): string | null => (list?.length === 1 ? (list[0] as string) : null);

/** Where a token's agent is found: named, or the one that carries its only request or policy (IDN-22). */
export function identityOf({ profile, constraints }: Bound) {
  const agentId = single(constraints.agents);
  if (agentId) return { agentId };
  if (constraints.agents || (profile !== "provider-agent" && profile !== "interactive")) return null;
  const spawnRequestId = single(constraints.spawnRequestIds);
  if (spawnRequestId) return { spawnRequestId };
  const policyName = single(constraints.policies);
  return policyName ? { policyName } : null;
}

/** What of a new token exceeds its maker (IDN-32), or null. */
export function excess(
  held: Bound & { scopes: ReadonlySet<Scope> },
  wanted: { scopes: readonly Scope[]; constraints: Constraints },
): string | null {
  const scope = wanted.scopes.find((one) => !held.scopes.has("*") && !held.scopes.has(one));
  if (scope) return `scope ${scope}`;
  for (const key of Object.keys(held.constraints) as (keyof Constraints)[]) {
    if (!asTight(key, held.constraints, wanted.constraints)) return `constraint ${key}`;
  }
  // An agent without a quota may have no children (SPN-38), so its tokens cannot give any.
  const quota = agentBound(held) ? (held.constraints.maxSpawnedAgents ?? 0) : Number.POSITIVE_INFINITY;
  return (wanted.constraints.maxSpawnedAgents ?? 0) > quota ? "constraint maxSpawnedAgents" : null;
}

function asTight(key: keyof Constraints, held: Constraints, wanted: Constraints): boolean {
  const [mine, theirs] = [held[key], wanted[key]];
  if (key === "canDelegate" || mine === undefined) return true;
  if (theirs === undefined) return key === "terminalAttach" || key === "logsRead" ? mine === true : false;
  if (key === "cwd") return within(theirs as string, mine as string);
  if (key === "cwdPrefixes") {
    return (theirs as string[]).every((path) => (mine as string[]).some((prefix) => within(path, prefix)));
  }
  if (Array.isArray(mine)) return (theirs as string[]).every((one) => mine.includes(one));
  if (typeof mine === "number") return (theirs as number) <= mine;
  if (typeof mine === "boolean") return mine || theirs === false;
  if (key === "expiresAt") return Date.parse(theirs as string) <= Date.parse(mine);
  return theirs === mine;
}
