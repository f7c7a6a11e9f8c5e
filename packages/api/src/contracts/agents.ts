import { z } from "zod";
import { Id, Timestamp } from "./common.ts";

/** Programs that a host may run as agents. */
export const Provider = z.enum(["claude", "codex", "shell"]);
export type Provider = z.infer<typeof Provider>;

/** How much an agent may do without asking, from closed to open (SPN-28). */
export const ApprovalMode = z.enum(["plan", "guarded", "auto-edit", "open"]);
export type ApprovalMode = z.infer<typeof ApprovalMode>;

/** `inherit` is resolved by the host (WSP-02). */
export const WorkspaceMode = z.enum(["inherit", "shared", "isolated"]);
export type WorkspaceMode = z.infer<typeof WorkspaceMode>;

/** SPN-49. */
export const AgentState = z.enum([
  "spawning",
  "online",
  "idle",
  "busy",
  "blocked",
  "stale",
  "offline",
  "exited",
  "failed",
]);
export type AgentState = z.infer<typeof AgentState>;

/** States in which a runner is known to be at work (MSG-03). */
export const runningStates = ["online", "idle", "busy", "blocked"] as const satisfies readonly AgentState[];
/** States that count against a quota and a host's room (SPN-17, SPN-38). */
export const liveStates = ["spawning", ...runningStates, "stale", "offline"] as const satisfies readonly AgentState[];
/** States that only a restart leaves (SPN-52). */
export const endedStates = ["exited", "failed"] as const satisfies readonly AgentState[];

/** Why an agent never came online (SPN-47). */
export const FailureReason = z.enum([
  "provider_missing",
  "session_died",
  "not_registered",
  "workspace_failed",
  "host_lost",
  "expired",
]);
export type FailureReason = z.infer<typeof FailureReason>;

/** Why a session ended after it had been online (SPN-50). */
export const ExitReason = z.enum([
  "completed",
  "shutdown",
  "crashed",
  "killed",
  "host_rebooted",
  "host_removed",
  "superseded",
  "cancelled",
]);
export type ExitReason = z.infer<typeof ExitReason>;

/** What waits for a person (SPN-49). */
export const BlockedKind = z.enum(["permission", "question", "sign-in", "limit"]);

export const StatusReason = z
  .object({
    kind: z.string().describe("A blocked kind, failure reason or exit reason"),
    text: z.string().max(2000).optional(),
    exitCode: z.number().int().nullable().optional(),
    signal: z.string().nullable().optional(),
  })
  .describe("Why the agent is in its state");
export type StatusReason = z.infer<typeof StatusReason>;

/** How a session ended, as its runner or its host saw it. */
export const SessionEnd = z.object({
  exitCode: z.number().int().nullable().describe("null when a signal ended it or it is not known"),
  signal: z.string().max(40).nullable(),
  lastLines: z.array(z.string().max(2000)).max(50).describe("Last lines of output, oldest first"),
});
export type SessionEnd = z.infer<typeof SessionEnd>;

/** A shutdown that did not come about in time: the agent is as it was, and a person is needed (HST-33). */
export const ShutdownFailure = z.object({ since: Timestamp, text: z.string().describe("Names agent and host") });
export type ShutdownFailure = z.infer<typeof ShutdownFailure>;

/** The one shape in which an agent is shown (MSG-01). */
export const AgentCard = z.object({
  id: Id,
  label: z.string().nullable(),
  name: z.string().describe("Label, else id"),
  kind: z.enum(["managed", "interactive"]).describe("Started by the relay, or by hand"),
  provider: Provider,
  orchestratorId: z.string().nullable().describe("Host it runs on"),
  machine: z.string().nullable().describe("Host name of that host"),
  status: AgentState,
  statusReason: StatusReason.nullable(),
  statusSince: Timestamp,
  shutdownFailure: ShutdownFailure.nullable(),
  tags: z.array(z.string()),
  capabilities: z.array(z.string()),
  spawnedBy: z.string().nullable().describe("Parent agent"),
  onBehalfOf: z.string().describe("Person or policy at the root"),
  workspaceId: z.string().nullable(),
  ready: z.boolean().describe("Its prompt takes input"),
  epoch: z.number().int().describe("Rises at each registration"),
  createdAt: Timestamp,
  lastActiveAt: Timestamp,
  meta: z.object({
    policyName: z.string().nullable(),
    spawnRequestId: z.string(),
    profile: z.string().nullable(),
    approvalMode: ApprovalMode,
    model: z.string().nullable(),
    effort: z.string().nullable(),
    providerArgs: z.array(z.string()),
    workspaceMode: WorkspaceMode,
    cwd: z.string(),
  }),
});
export type AgentCard = z.infer<typeof AgentCard>;
