import { given, type Values } from "./filters.ts";
import type { AgentListInput } from "./types.ts";

/** What agents can be narrowed by besides their state, by the names in the address (CON-18). */
export const agentFilterNames = [
  "text",
  "provider",
  "host",
  "tag",
  "capability",
  "policy",
  "profile",
  "parent",
] as const;
export type AgentFilters = Values<(typeof agentFilterNames)[number]>;

/** The input of `agents.list` that the filters mean. */
export const agentInput = ({ provider, host, policy, parent, ...same }: AgentFilters, cursor: string) => ({
  ...given({ ...same, orchestratorId: host, policyName: policy, spawnedBy: parent, cursor }),
  ...(provider ? { provider: provider as NonNullable<AgentListInput["provider"]> } : {}),
});
