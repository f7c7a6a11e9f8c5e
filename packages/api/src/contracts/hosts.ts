import { z } from "zod";
import { ApprovalMode, Provider, SessionEnd, WorkspaceMode } from "./agents.ts";
import { Count, Id, Timestamp } from "./common.ts";
import { ModelOffer } from "./providers.ts";

/** HST-02. */
export const OrchestratorId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, "1 to 63 characters of a-z0-9._- beginning with a letter or digit");

/** What a host can run, or why it cannot (HST-09). */
export const ProviderOffer = z.object({
  provider: Provider,
  available: z.boolean(),
  reason: z.string().max(500).nullable().describe("Why it is not available"),
  version: z.string().max(120).nullable(),
  approvalModes: z.array(ApprovalMode).describe("What it can really run here"),
  unavailableModes: z
    .array(z.object({ mode: ApprovalMode, reason: z.string().max(500) }))
    .max(10)
    .default([])
    .describe("Approval modes that this program has and cannot run here, each with why (HST-55)"),
  models: z.array(ModelOffer).max(100).optional().describe("Catalogue; without one the provider takes no model"),
});
/** As a host says it; what the relay holds has the defaults filled in. */
export type ProviderOffer = z.input<typeof ProviderOffer>;

/** What starts a host's daemon again, such as systemd with its unit (HST-01). */
export const Supervisor = z.object({ kind: z.string().max(40), unit: z.string().max(120).nullable() });

/** HST-01. */
export const RegisterHost = z.strictObject({
  id: OrchestratorId,
  instanceId: Id.describe("New per process"),
  bootId: Id.describe("New per boot of the machine"),
  hostname: z.string().max(255),
  platform: z.string().max(60),
  version: z.string().max(60),
  protocolVersion: z.number().int(),
  baseDir: z.string().max(500).describe("Absolute, with symbolic links resolved"),
  providers: z.array(ProviderOffer).max(20),
  labels: z.array(z.string().max(80)).max(20).default([]),
  maxSessions: z.number().int().min(1).max(1000).default(20),
  capabilities: z.array(z.string().max(80)).max(50).default([]),
  supervisor: Supervisor.nullable().default(null),
});
export type RegisterHost = z.input<typeof RegisterHost>;

/** The relay's settings that a host acts on (HST-01). */
export const HostSettings = z.object({
  logRetentionDays: z.number().int().min(1).max(365).describe("Days from a session's end until its log goes (HST-49)"),
});
export type HostSettings = z.infer<typeof HostSettings>;

/** What holds where a relay does not say. */
export const usualHostSettings: HostSettings = { logRetentionDays: 14 };

export const RegisteredHost = z.object({
  version: z.string().describe("The relay's version"),
  protocolVersion: z.number().int(),
  heartbeatSeconds: z.number().int(),
  settings: HostSettings.optional().describe("Absent from a relay that does not know them"),
});
export type RegisteredHost = z.infer<typeof RegisteredHost>;

/** What every call of a registered host carries (HST-07). */
export const HostProof = z.strictObject({ orchestratorId: OrchestratorId, instanceId: Id });

/** HST-12. */
export const Vitals = z.object({
  load: z.number().describe("One-minute load average"),
  memoryFreeBytes: z.number(),
  memoryTotalBytes: z.number(),
  diskFreeBytes: z.number().nullable(),
  sessions: z.number().int(),
});
export type Vitals = z.infer<typeof Vitals>;

/** A workspace as its host sees it (WSP-07). */
export const WorkspaceReport = z.object({
  id: Id,
  repoRoot: z.string().describe("Resolved path of the main worktree; of the directory where there is no repository"),
  worktreePath: z.string().nullable(),
  branch: z.string().nullable(),
  baseBranch: z.string().nullable(),
  baseSha: z.string().nullable(),
  headSha: z.string().nullable(),
  ahead: Count.default(0),
  behind: Count.default(0),
  dirtyFiles: Count.default(0),
  mode: z.enum(["isolated", "shared"]),
  requestedMode: WorkspaceMode,
});
export type WorkspaceReport = z.infer<typeof WorkspaceReport>;

/** One session as its host sees it (HST-22). */
export const AgentReport = z.object({
  agentId: Id,
  commandId: Id.describe("Command that made the session"),
  sessionName: z.string().max(200),
  startedAt: Timestamp,
  end: SessionEnd.nullable().describe("null while the session lives"),
  workspace: WorkspaceReport.nullable(),
  notes: z
    .array(z.string().max(500))
    .max(20)
    .default([])
    .describe("What its program could not be given, or go on with; the activity says it (HST-54, HST-60)"),
});
export type AgentReport = z.infer<typeof AgentReport>;

/** A session on the host's private socket that no agent claims (HST-20). */
export const UnknownSession = z.object({ sessionName: z.string().max(200), startedAt: Timestamp.nullable() });
