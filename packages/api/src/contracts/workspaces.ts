import { z } from "zod";
import { WorkspaceMode } from "./agents.ts";
import { CheckReport } from "./checks.ts";
import { Id, Timestamp } from "./common.ts";

/** WSP-06. */
export const WorkspaceStatus = z.enum([
  "active",
  "ready",
  "landing",
  "conflict",
  "review_requested",
  "landed",
  "abandoned",
  "removed",
  "failed",
]);
export type WorkspaceStatus = z.infer<typeof WorkspaceStatus>;

/** Who holds a workspace, and until when (WSP-27). */
export const Claim = z.object({
  holder: z.string(),
  purpose: z.string().nullable(),
  since: Timestamp,
  expiresAt: Timestamp,
});
export type Claim = z.infer<typeof Claim>;

/** A workspace record (WSP-01). */
export const Workspace = z.object({
  id: Id,
  orchestratorId: z.string(),
  repository: z.string().describe("Host and resolved path of the main worktree"),
  repoRoot: z.string(),
  worktreePath: z.string().nullable(),
  branch: z.string().nullable(),
  baseBranch: z.string().nullable(),
  baseSha: z.string().nullable(),
  headSha: z.string().nullable(),
  ahead: z.number().int(),
  behind: z.number().int(),
  dirtyFiles: z.number().int(),
  mode: z.enum(["isolated", "shared"]),
  requestedMode: WorkspaceMode,
  status: WorkspaceStatus,
  statusSince: Timestamp,
  ownerAgentId: z.string().nullable(),
  readySha: z.string().nullable().describe("Commit that is to land"),
  claim: Claim.nullable().describe("null: nobody holds it now"),
  keptSha: z.string().nullable().describe("Commit of its kept ref on the host: restore brings that back (WSP-65)"),
  keptAt: Timestamp.nullable(),
  metadata: z.record(z.string(), z.unknown()),
  updatedAt: Timestamp,
});
export type Workspace = z.infer<typeof Workspace>;

/** What a workspace's state means and what to do (WSP-18). */
export const Guidance = z.object({
  phase: z.enum(["working", "handed_off", "conflict", "over"]),
  meaning: z.string(),
  nextStep: z.string(),
  actionNeeded: z.boolean(),
  reason: z.string().optional(),
  since: Timestamp,
});
export type Guidance = z.infer<typeof Guidance>;

/** Evidence of one landing (WSP-39). */
export const Landing = z.object({
  id: Id,
  commandId: Id,
  orchestratorId: z.string(),
  repository: z.string(),
  baseBranch: z.string(),
  oldTip: z.string(),
  newTip: z.string(),
  readySha: z.string(),
  changeTip: z.string().describe("Last commit of this change on base"),
  checkedCommit: z.string().nullable().describe("What the checks ran on, hash for hash newTip; null: without checks"),
  batch: z.array(Id).describe("Workspaces that landed together, in order"),
  workspaceId: Id,
  agentId: z.string().nullable(),
  checks: z.array(CheckReport).describe("Empty: landed without checks"),
  strategy: z.string(),
  grant: z.object({ scopes: z.array(z.string()) }).describe("What the agent could do then"),
  onBehalfOf: z.string(),
  durationMs: z.number().int(),
  at: Timestamp,
});
export type Landing = z.infer<typeof Landing>;
