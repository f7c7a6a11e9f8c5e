import { type Bound, type Constraints, type Scope, within } from "../contracts/index.ts";

/** Whether a caller with `held` may use what any one of `needed` opens (IDN-14). */
export function mayUse(held: ReadonlySet<Scope>, needed: readonly Scope[]): boolean {
  return held.has("*") || needed.some((scope) => held.has(scope));
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
