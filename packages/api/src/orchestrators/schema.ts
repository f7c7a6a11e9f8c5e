import { z } from "zod";
import {
  AgentReport,
  AgentState,
  HostProof,
  Id,
  NextCursor,
  OrchestratorId,
  ProviderOffer,
  Supervisor,
  Timestamp,
  UnknownSession,
  Vitals,
} from "../contracts/index.ts";

/** A live agent of a host that drains: it stays until somebody ends it (HST-38). */
export const StayingAgent = z.object({ agentId: Id, name: z.string().describe("Label, else id"), status: AgentState });
export type StayingAgent = z.infer<typeof StayingAgent>;

/** Most staying agents that are listed of one host. */
export const stayingLimit = 100;

/** A host that takes no new spawn (HST-37, HST-38). */
export const Draining = z.object({
  since: Timestamp,
  by: z.string().describe("Actor that drains it"),
  deadlineAt: Timestamp.nullable().describe("When it was to be empty; null: without a deadline"),
  overdue: z.boolean().describe("The deadline has passed and agents are still there"),
  staying: z.array(StayingAgent).max(stayingLimit).describe("Its live agents, oldest first, at most 100"),
});
export type Draining = z.infer<typeof Draining>;

/** A host as people see it (HST-10). */
export const Host = z.object({
  id: OrchestratorId,
  instanceId: z.string().describe("New per process"),
  bootId: z.string().describe("New per boot of the machine"),
  hostname: z.string(),
  platform: z.string(),
  version: z.string(),
  protocolVersion: z.number().int(),
  supervisor: Supervisor.nullable().describe("What starts the daemon again, such as systemd; null: nothing known"),
  state: z.enum(["online", "stale", "offline"]),
  stateSince: Timestamp,
  baseDir: z.string(),
  providers: z.array(ProviderOffer),
  labels: z.array(z.string()),
  capabilities: z.array(z.string()),
  maxSessions: z.number().int(),
  liveSessions: z.number().int().describe("Its agents that have not ended"),
  unknownSessions: z.array(UnknownSession).describe("Sessions on its socket that no agent claims (HST-20)"),
  draining: Draining.nullable().describe("null: it takes new agents"),
  upgrade: z.null().describe("The upgrade under way; this version has none"),
  vitals: Vitals.nullable().describe("Load, memory and free disk of its last heartbeat; null: none yet"),
  address: z.string().nullable().describe("From where it is, or was last, connected"),
  registeredAt: Timestamp.describe("When its present process registered last"),
  lastSeenAt: Timestamp.describe("Its last heartbeat"),
});
export type Host = z.infer<typeof Host>;

export const Heartbeat = z.strictObject({
  ...HostProof.shape,
  vitals: Vitals,
  providers: z.array(ProviderOffer).max(20).optional().describe("What it can run, when that has changed (HST-09)"),
});
export type Heartbeat = z.infer<typeof Heartbeat>;

export const Ok = z.object({ ok: z.literal(true) });

export const ReportAgents = z.strictObject({
  ...HostProof.shape,
  complete: z.boolean().describe("The list holds every session of the host: what is missing has ended (HST-19)"),
  agents: z.array(AgentReport).max(1000),
  unknown: z.array(UnknownSession).max(1000).default([]),
});
export type ReportAgents = z.infer<typeof ReportAgents>;

export const ReportedAgents = z.object({
  ended: z.array(z.string()).describe("Names of the reported sessions that the relay holds as ended"),
});

export const GetHost = z.strictObject({ id: Id });
export const ListHosts = z.strictObject({
  cursor: z.string().max(80).optional(),
  limit: z.number().int().min(1).max(200).default(100),
});
export type ListHosts = z.infer<typeof ListHosts>;
export const HostPage = z.object({ items: z.array(Host), nextCursor: NextCursor });

export const DrainHost = z.strictObject({
  id: OrchestratorId,
  enabled: z.boolean().default(true).describe("false: takes new agents again, and a deadline is void"),
  deadlineMinutes: z.number().int().min(0).max(1440).optional().describe("When it is to be empty; absent: no deadline"),
});
export type DrainHost = z.infer<typeof DrainHost>;

export const RemoveHost = z.strictObject({
  id: OrchestratorId,
  force: z.boolean().default(false).describe("Also with live agents: they become exited, host removed"),
});
export type RemoveHost = z.infer<typeof RemoveHost>;
export const RemovedHost = z.object({
  id: OrchestratorId,
  ended: z.array(Id).describe("Agents that are exited now, with the reason host_removed"),
});
export type RemovedHost = z.infer<typeof RemovedHost>;

export const ListDirectories = z.strictObject({
  orchestratorId: OrchestratorId,
  path: z.string().max(500).optional().describe("Absolute, or relative to the host's baseDir; default baseDir"),
});
export type ListDirectories = z.infer<typeof ListDirectories>;
