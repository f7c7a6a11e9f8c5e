import type { Constraints } from "./constraints.ts";
import type { Scope, TokenProfile } from "./scopes.ts";

/** An absolute path without `.`, `..` and repeated slashes, ending in one. */
function normal(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") kept.pop();
    else if (segment !== "" && segment !== ".") kept.push(segment);
  }
  return kept.length ? `/${kept.join("/")}/` : "/";
}

/** Whether `path` is `directory` or lies below it, by path segment after normalising (IDN-19). Both are absolute. */
export function within(path: string, directory: string): boolean {
  return normal(path).startsWith(normal(directory));
}

export interface Bound {
  profile: TokenProfile;
  constraints: Constraints;
}

/** Whether a token speaks for agents and so never for a person (IDN-24). */
export function agentBound({ profile, constraints }: Bound): boolean {
  if (profile === "provider-agent" || profile === "interactive") return true;
  return Boolean(constraints.agents || constraints.spawnedBy || constraints.parentAgents);
}

/** What of a new token exceeds its maker, or null: the one rule behind `tokens.create` and the console's form (IDN-32, CON-49). */
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
