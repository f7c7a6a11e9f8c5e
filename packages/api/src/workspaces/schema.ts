import { z } from "zod";
import {
  Claim,
  Command,
  DiffFile,
  Guidance,
  Id,
  Landing,
  LandingNow,
  NextCursor,
  Timestamp,
  Workspace,
  WorkspaceStatus,
} from "../contracts/index.ts";

const workspaceId = Id.optional().describe("Default: your own workspace");

const GuidedWorkspace = Workspace.extend({
  guidance: Guidance,
  place: z.number().int().nullable().describe("Place in the landing queue, from 1"),
  leftBehind: z.boolean().describe("Its agent ended and left work in it (WSP-64)"),
});

export const ListWorkspaces = z.strictObject({
  all: z.boolean().default(false).describe("Every workspace; people only"),
  status: z.array(WorkspaceStatus).min(1).max(9).optional(),
  needy: z.boolean().default(false).describe("Only those that may need a person: handed off, left behind, or not kept"),
  ownerAgentId: Id.optional(),
  repoRoot: z.string().max(1024).optional(),
  cursor: z.string().max(60).optional(),
  limit: z.number().int().min(1).max(200).default(50),
});
export type ListWorkspaces = z.infer<typeof ListWorkspaces>;
export const WorkspacePage = z.object({
  workspaces: z.array(GuidedWorkspace),
  count: z.number().int(),
  nextCursor: NextCursor,
});
export type WorkspacePage = z.infer<typeof WorkspacePage>;

export const GetWorkspace = z.strictObject({ workspaceId: Id });
export const WorkspaceDetail = z.object({ workspace: Workspace, guidance: Guidance, landings: z.array(Landing) });

export const StatusInput = z.strictObject({
  workspaceId,
  wait: z.boolean().default(false).describe("Answer when the status changes, or after timeoutSeconds"),
  timeoutSeconds: z.number().int().min(1).max(600).default(300).describe("Longest wait, in seconds"),
});
export type StatusInput = z.infer<typeof StatusInput>;

const LandedInfo = z.object({
  fromStatus: WorkspaceStatus,
  status: WorkspaceStatus,
  commit: z.string().describe("The new head of base"),
  base: z.string(),
  branch: z.string().optional().describe("The fresh branch to go on with"),
});

/** WSP-19 to WSP-21. */
export const StatusAnswer = z.object({
  workspace: Workspace,
  guidance: Guidance,
  fromStatus: WorkspaceStatus.optional(),
  transitioned: z.boolean(),
  timedOut: z.boolean(),
  landed: LandedInfo.optional(),
});
export type StatusAnswer = z.infer<typeof StatusAnswer>;

export const ReadyInput = z.strictObject({
  workspaceId,
  commit: z.boolean().default(false).describe("Commit what is uncommitted first; needs message"),
  message: z.string().min(1).max(2000).optional().describe("Commit message, at most 2,000 characters"),
});
export type ReadyInput = z.infer<typeof ReadyInput>;
export const ReadyAnswer = z.object({ workspace: Workspace, guidance: Guidance, contract: z.string() });
export type ReadyAnswer = z.infer<typeof ReadyAnswer>;

export const DiffInput = z.strictObject({ workspaceId: Id });
export type DiffInput = z.infer<typeof DiffInput>;
/** WSP-69. */
export const DiffAnswer = z.object({
  workspaceId: Id,
  from: z.enum(["worktree", "kept"]).describe("kept: of what is kept, since the worktree is gone"),
  base: z.string().describe("Commit that the change is compared with"),
  files: z.array(DiffFile),
  truncated: z.boolean().describe("There is more than is shown"),
});
export type DiffAnswer = z.infer<typeof DiffAnswer>;

const detail = z.string().max(4000).optional().describe("For the record, at most 4,000 characters");

export const ClaimInput = z.strictObject({
  workspaceId,
  purpose: z.string().max(120).optional().describe("What for, at most 120 characters"),
  detail,
  ttlMinutes: z.number().int().min(1).max(60).default(15).describe("The claim ends by itself after so many minutes"),
});
export type ClaimInput = z.infer<typeof ClaimInput>;
export const ReleaseInput = z.strictObject({ workspaceId, detail });
export type ReleaseInput = z.infer<typeof ReleaseInput>;
export const AbandonInput = z.strictObject({ workspaceId, detail });
export type AbandonInput = z.infer<typeof AbandonInput>;
export const RestoreInput = z.strictObject({ workspaceId, detail });
export type RestoreInput = z.infer<typeof RestoreInput>;

/** WSP-30. */
export const ActedOn = z.object({
  workspace: Workspace,
  claim: Claim.nullable(),
  command: Command.optional().describe("What its host was ordered to do; the act is done when that has succeeded"),
});
export type ActedOn = z.infer<typeof ActedOn>;

export const QueueInput = z.strictObject({ repository: z.string().max(1100).optional() });
export type QueueInput = z.infer<typeof QueueInput>;
export const LandingQueue = z.object({
  repository: z.string(),
  repoRoot: z.string(),
  baseBranch: z.string(),
  orchestratorId: z.string(),
  entries: z.array(
    z.object({
      workspaceId: Id,
      agentId: z.string().nullable(),
      place: z.number().int(),
      since: Timestamp,
      status: WorkspaceStatus,
      reason: z.string().nullable().describe("Why it waits, when it is not just its turn"),
      claim: Claim.nullable().describe("While it holds, landing passes this one over"),
      tries: z.number().int(),
    }),
  ),
  running: z
    .object({
      commandId: Id,
      since: Timestamp,
      changes: z.array(z.object({ workspaceId: Id, agentId: z.string().nullable() })).describe("The batch, in order"),
      checks: z.number().int().describe("How many checks it has to pass"),
      now: LandingNow.nullable().describe(
        "Which check runs, of whose changes, since when; null: its host told nothing yet",
      ),
      leaseUntil: Timestamp.nullable().describe("Until when its host must tell of it again (WSP-31)"),
    })
    .nullable(),
  landings: z.array(Landing).describe("The last 20, newest first"),
});
export const QueueAnswer = z.object({ queues: z.array(LandingQueue) });
