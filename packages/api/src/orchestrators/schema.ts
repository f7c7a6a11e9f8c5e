import { z } from "zod";
import {
  AgentReport,
  HostProof,
  Id,
  NextCursor,
  OrchestratorId,
  ProviderOffer,
  Timestamp,
  UnknownSession,
  Vitals,
} from "../contracts/index.ts";

/** A host as people see it (HST-10). */
export const Host = z.object({
  id: OrchestratorId,
  hostname: z.string(),
  platform: z.string(),
  version: z.string(),
  protocolVersion: z.number().int(),
  state: z.enum(["online", "stale", "offline"]),
  stateSince: Timestamp,
  baseDir: z.string(),
  providers: z.array(ProviderOffer),
  labels: z.array(z.string()),
  capabilities: z.array(z.string()),
  maxSessions: z.number().int(),
  liveSessions: z.number().int().describe("Its agents that have not ended"),
  unknownSessions: z.array(UnknownSession).describe("Sessions on its socket that no agent claims (HST-20)"),
  draining: z.boolean(),
  vitals: Vitals.nullable(),
  address: z.string().nullable(),
  registeredAt: Timestamp,
  lastSeenAt: Timestamp,
});
export type Host = z.infer<typeof Host>;

export const Heartbeat = z.strictObject({ ...HostProof.shape, vitals: Vitals });
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

export const ListDirectories = z.strictObject({
  orchestratorId: OrchestratorId,
  path: z.string().max(500).optional().describe("Absolute, or relative to the host's baseDir; default baseDir"),
});
export type ListDirectories = z.infer<typeof ListDirectories>;
