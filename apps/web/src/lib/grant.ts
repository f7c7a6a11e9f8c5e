import type { Scope } from "@signalbox/api/contracts";
// By its own name: the rest of the contracts would bring zod into a page's first load.
import { agentScopes, type Grant } from "@signalbox/api/contracts/grant";

/** What each scope opens, for a person who decides whether an agent should have it. */
const opens: Record<Scope, string> = {
  "*": "Do everything",
  "agent:read": "See agents and workspaces",
  "agent:write": "Report its own state, hand its work over",
  "command:read": "See the orders to hosts",
  "command:write": "Cancel orders to hosts",
  "command:spawn": "Start agents",
  "command:spawn-top-level": "Start agents that are nobody's children",
  "command:shutdown": "Shut agents down",
  "message:read": "Read its messages",
  "message:send": "Send messages",
  "mcp:use": "Use the relay's tools",
  "logs:read": "Read logs of agents",
  "terminal:attach": "Open terminals",
  "token:read": "See tokens",
  "token:write": "Make and revoke tokens",
  "artifact:read": "Read artifacts",
  "artifact:write": "Add artifacts",
  "artifact:admin": "Manage everybody's artifacts",
  "orchestrator:read": "See hosts and their directories",
  "orchestrator:write": "Drain and remove hosts",
  "orchestrator:upgrade": "Upgrade hosts",
  "policy:read": "See managed agents",
  "policy:write": "Change managed agents",
  "profile:read": "See agent profiles",
  "profile:write": "Change agent profiles",
  "activity:read": "Read who did what",
  "settings:read": "See settings",
  "settings:write": "Change settings",
};

const usual = "Use the relay's tools: see agents and workspaces, message, hand work over, keep artifacts";

/** What an agent with this grant may do: one plain line each. A scope that is not known here is named as it is. */
export function grantInWords({ scopes, maxSpawnedAgents }: Grant): string[] {
  const basic = agentScopes.every((scope) => scopes.includes(scope));
  const said = new Set<string>(basic ? agentScopes : []);
  const lines = basic ? [usual] : [];
  if (maxSpawnedAgents > 0 && scopes.includes("command:spawn")) {
    const children =
      maxSpawnedAgents === 1
        ? "one child at a time, and shut it"
        : `up to ${maxSpawnedAgents} children at a time, and shut them`;
    lines.push(`Start ${children} down`);
    said.add("command:spawn").add("command:shutdown");
  }
  lines.push(...scopes.filter((scope) => !said.has(scope)).map((scope) => opens[scope] ?? scope));
  if (!scopes.some((scope) => scope === "*" || scope.startsWith("command:spawn"))) lines.push("Start no agents");
  return lines;
}

/** Where an agent may act, from its token's constraints; nothing where it is not restricted. */
export function limitsInWords({
  orchestrators,
  cwdPrefixes,
  policies,
}: {
  orchestrators?: string[] | undefined;
  cwdPrefixes?: string[] | undefined;
  policies?: string[] | undefined;
}): string[] {
  return [
    orchestrators ? `Only on ${orchestrators.join(", ") || "no host"}` : null,
    cwdPrefixes ? `Only in ${cwdPrefixes.join(", ") || "no directory"} and below` : null,
    policies ? `As managed agent ${policies.join(", ")}` : null,
  ].filter((line) => line !== null);
}
