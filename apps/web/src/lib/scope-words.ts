import type { Grant, Scope } from "@signalbox/api/contracts";
import { count } from "./words.ts";

/** Scopes by what they are about, each with what it opens; the words follow "may". */
export const scopeGroups: readonly { about: string; scopes: Partial<Record<Scope, string>> }[] = [
  {
    about: "Agents",
    scopes: {
      "agent:read": "see agents and workspaces",
      "agent:write": "restart and interrupt agents, hand over work",
      "command:spawn": "start agents",
      "command:spawn-top-level": "start agents that are nobody's children",
      "command:shutdown": "shut agents down",
    },
  },
  { about: "Commands", scopes: { "command:read": "see commands", "command:write": "cancel commands" } },
  { about: "Messages", scopes: { "message:read": "read messages", "message:send": "send messages" } },
  {
    about: "Sessions",
    scopes: {
      "mcp:use": "call tools over MCP",
      "terminal:attach": "open terminals",
      "logs:read": "read logs",
    },
  },
  {
    about: "Artifacts",
    scopes: {
      "artifact:read": "read artifacts",
      "artifact:write": "add artifacts",
      "artifact:admin": "administer everybody's artifacts",
    },
  },
  {
    about: "Hosts",
    scopes: {
      "orchestrator:read": "see hosts",
      "orchestrator:write": "register, drain and remove hosts",
      "orchestrator:upgrade": "upgrade hosts",
    },
  },
  {
    about: "Configuration",
    scopes: {
      "profile:read": "see profiles",
      "profile:write": "change profiles",
      "policy:read": "see managed agents",
      "policy:write": "change managed agents",
      "settings:read": "see settings",
      "settings:write": "change settings",
    },
  },
  {
    about: "Security",
    scopes: {
      "activity:read": "see the activity and refused calls",
      "token:read": "see tokens",
      "token:write": "make and revoke tokens",
    },
  },
];

const everyWord: ReadonlyMap<string, string> = new Map(
  scopeGroups.flatMap(({ scopes }) => Object.entries(scopes) as [Scope, string][]),
);

/** What one scope opens; a scope unknown to this console by its raw name. */
export const scopeInWords = (scope: Scope): string =>
  scope === "*" ? "do everything" : (everyWord.get(scope) ?? scope);

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What scopes open, one line per group: "Agents: see agents and workspaces, start agents". */
export function scopesByGroup(scopes: readonly Scope[]): { about: string; words: string }[] {
  if (scopes.includes("*")) return [{ about: "Everything", words: "every call there is, now and later" }];
  const known = scopeGroups.map(({ about, scopes: group }) => ({
    about,
    words: scopes.flatMap((scope) => group[scope] ?? []).join(", "),
  }));
  const unknown = scopes.filter((scope) => !everyWord.has(scope)).join(", ");
  return [...known, { about: "Other", words: unknown }].filter(({ words }) => words !== "");
}

/** An agent's grant, one line each: what it may start, then what the profile adds (CON-41). `usual`: what every agent may. */
export function grantInWords({ scopes, maxSpawnedAgents }: Grant, usual: readonly Scope[]): string[] {
  const topLevel = scopes.includes("command:spawn-top-level");
  const children = maxSpawnedAgents > 0;
  const said = new Set<Scope>([...usual, "command:spawn", "command:shutdown", "command:spawn-top-level"]);
  return [
    children ? `Have up to ${count(maxSpawnedAgents, "live child", "live children")}, and shut them down` : null,
    topLevel ? "Start agents that are nobody's children" : null,
    children || topLevel ? null : "Start no agents",
    ...scopes.filter((scope) => !said.has(scope)).map((scope) => capital(scopeInWords(scope))),
  ].filter((line) => line !== null);
}

/** All of a grant, what every agent may do in one line first (CON-20, CON-52). */
export function wholeGrantInWords(grant: Grant, usual: readonly Scope[]): string[] {
  if (!usual.every((scope) => grant.scopes.includes(scope))) return grantInWords(grant, []);
  const first = "Use the relay's tools: see agents and workspaces, message, hand over work, keep artifacts";
  return [first, ...grantInWords(grant, usual)];
}

interface Granting {
  maxSpawnedAgents?: number | undefined;
  spawnTopLevel?: boolean | undefined;
  extraScopes?: readonly Scope[] | undefined;
}

/** A profile's grant for a table: "3 children · top level · 2 more scopes". */
export function grantInShort({ maxSpawnedAgents = 0, spawnTopLevel, extraScopes = [] }: Granting): string {
  const parts = [
    maxSpawnedAgents > 0 ? count(maxSpawnedAgents, "child", "children") : null,
    spawnTopLevel ? "top level" : null,
    extraScopes.length > 0 ? count(extraScopes.length, "more scope") : null,
  ].filter(Boolean);
  return parts.join(" · ") || "nothing more";
}
