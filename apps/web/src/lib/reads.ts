import type { AppRouter } from "@signalbox/api";
import type { TRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { type ActivityFilters, activityInput } from "./activity-filters.ts";
import { type AgentFilters, agentInput } from "./agent-filters.ts";
import { type MessageFilters, messageInput } from "./message-filters.ts";
import type { AgentListInput, TokenListInput, WorkspaceListInput } from "./types.ts";

type Trpc = TRPCOptionsProxy<AppRouter>;

/** Rows that a list shows at once (CON-64). */
export const pageSize = 100;

/** What a list of agents is narrowed to; `needs` are the states that may need a person. */
export const agentFilters = {
  running: ["spawning", "running", "stale", "offline"],
  needs: ["blocked", "failed"],
  ended: ["exited", "failed"],
  all: "all",
} as const satisfies Record<string, AgentListInput["status"]>;
export type AgentFilter = keyof typeof agentFilters;

/** Statuses of workspaces that are not over (WSP-06). */
const openStatuses = ["active", "ready", "landing", "conflict", "review_requested"] as const;
export const workspaceFilters = {
  open: [...openStatuses],
  over: ["landed", "abandoned", "removed", "failed"],
  all: undefined,
} satisfies Record<string, WorkspaceListInput["status"]>;
export type WorkspaceFilter = keyof typeof workspaceFilters;

const aDay = 24 * 3_600_000;
/** A deadline is at most a day away, and for a day after it a person is asked (CON-17). */
const undeliveredFor = 2 * aDay;

/** What a list of tokens is narrowed to (CON-48). */
export const tokenFilters = { active: "active", expired: "expired", revoked: "revoked", all: "all" } as const;
export type TokenFilter = keyof typeof tokenFilters;

/** Every read that more than one place makes, written once, so that page and browser mean the same entry of the cache. */
export const reads = {
  session: (trpc: Trpc) => trpc.auth.whoami.queryOptions({}),
  hosts: (trpc: Trpc) => trpc.orchestrators.list.queryOptions({ limit: 200 }),
  host: (trpc: Trpc, id: string) => trpc.orchestrators.get.queryOptions({ id }),
  agentsOn: (trpc: Trpc, orchestratorId: string, which: "live" | "ended") =>
    trpc.agents.list.queryOptions({
      status: which === "live" ? [...agentFilters.running] : [...agentFilters.ended],
      orchestratorId,
      limit: pageSize,
    }),
  commandsOn: (trpc: Trpc, orchestratorId: string) => trpc.commands.list.queryOptions({ orchestratorId, limit: 50 }),
  recordsOn: (trpc: Trpc, host: string) => trpc.activity.list.queryOptions({ host, limit: pageSize }),
  needyAgents: (trpc: Trpc) => trpc.agents.list.queryOptions({ status: ["blocked", "failed", "exited"], limit: 100 }),
  unendedAgents: (trpc: Trpc) => trpc.agents.list.queryOptions({ status: "all", shutdownFailed: true, limit: 100 }),
  needyWorkspaces: (trpc: Trpc) => trpc.workspaces.list.queryOptions({ all: true, needy: true, limit: 100 }),
  agents: (trpc: Trpc, filter: AgentFilter, narrowed: AgentFilters, cursor: string) =>
    trpc.agents.list.queryOptions({
      status: agentFilters[filter] as AgentListInput["status"],
      ...agentInput(narrowed, cursor),
      limit: pageSize,
    }),
  children: (trpc: Trpc, agentId: string) =>
    trpc.agents.list.queryOptions({ status: "all", spawnedBy: agentId, limit: 100 }),
  liveAgents: (trpc: Trpc) => trpc.agents.list.queryOptions({ status: [...agentFilters.running], limit: 200 }),
  agent: (trpc: Trpc, agentId: string) => trpc.agents.get.queryOptions({ agentId }),
  timeline: (trpc: Trpc, agentId: string) => trpc.agents.timeline.queryOptions({ agentId, limit: 100 }),
  workspaces: (trpc: Trpc, filter: WorkspaceFilter, cursor: string) =>
    trpc.workspaces.list.queryOptions({
      all: true,
      ...(workspaceFilters[filter] ? { status: workspaceFilters[filter] } : {}),
      ...(cursor ? { cursor } : {}),
      limit: pageSize,
    }),
  workspace: (trpc: Trpc, workspaceId: string) => trpc.workspaces.get.queryOptions({ workspaceId }),
  command: (trpc: Trpc, commandId: string) => trpc.commands.get.queryOptions({ commandId }),
  repositories: (trpc: Trpc, cursor: string) =>
    trpc.repositories.list.queryOptions({ ...(cursor ? { cursor } : {}), limit: pageSize }),
  repository: (trpc: Trpc, repository: string) => trpc.repositories.get.queryOptions({ repository }),
  diff: (trpc: Trpc, workspaceId: string) => trpc.workspaces.diff.queryOptions({ workspaceId }),
  queues: (trpc: Trpc) => trpc.workspaces.queue.queryOptions({}),
  activity: (trpc: Trpc) => trpc.activity.list.queryOptions({ limit: 30 }),
  records: (trpc: Trpc, filters: ActivityFilters, cursor: string) =>
    trpc.activity.list.queryOptions({ ...activityInput(filters, cursor), limit: pageSize }),
  profileChoices: (trpc: Trpc) => trpc.profiles.list.queryOptions({ limit: 200 }),
  profiles: (trpc: Trpc, cursor: string) =>
    trpc.profiles.list.queryOptions({ ...(cursor ? { cursor } : {}), limit: pageSize }),
  profile: (trpc: Trpc, name: string) => trpc.profiles.get.queryOptions({ name }),
  tokens: (trpc: Trpc, filter: TokenFilter, profile: string, cursor: string) =>
    trpc.tokens.list.queryOptions({
      ...(filter === "all" ? {} : { state: filter }),
      ...(profile ? { profile: profile as TokenListInput["profile"] } : {}),
      ...(cursor ? { cursor } : {}),
      limit: pageSize,
    }),
  tokenProfiles: (trpc: Trpc) => trpc.tokens.profiles.queryOptions({}),
  heldMessages: (trpc: Trpc) => trpc.messages.list.queryOptions({ state: "held", limit: 100 }),
  /** What people wrote of late and nobody got; an hour of the day in it would be another read each hour. */
  undelivered: (trpc: Trpc, now: number) => {
    const since = new Date(Math.floor((now - undeliveredFor) / aDay) * aDay).toISOString();
    return trpc.messages.list.queryOptions({ state: "undeliverable", sender: "person", since, limit: 100 });
  },
  messages: (trpc: Trpc, filters: MessageFilters, cursor: string) =>
    trpc.messages.list.queryOptions({ ...messageInput(filters, cursor), limit: 50 }),
  thread: (trpc: Trpc, messageId: number, cursor: string) =>
    trpc.messages.thread.queryOptions({ messageId, ...(cursor ? { cursor } : {}), limit: pageSize }),
  recipients: (trpc: Trpc, to: string) => trpc.messages.recipients.queryOptions({ to }),
  /** Agents that a message can be written to, of whose name or id this is a part. */
  addressable: (trpc: Trpc, text: string) =>
    trpc.agents.list.queryOptions({ status: [...agentFilters.running], ...(text ? { text } : {}), limit: 50 }),
  denials: (trpc: Trpc) => trpc.activity.list.queryOptions({ kind: "denied", limit: 200 }),
} as const;

/** The value, if it is one of the filter's names, else the usual one. */
export function filterNamed<T extends string>(filters: Record<T, unknown>, name: string | undefined, usual: T): T {
  return name !== undefined && Object.hasOwn(filters, name) ? (name as T) : usual;
}
