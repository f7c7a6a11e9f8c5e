import { z } from "zod";
import { ApprovalMode, Provider, WorkspaceMode } from "./agents.ts";
import { Check, CheckReport, LandingProgress, mostBatched, mostChecks } from "./checks.ts";
import { Count, Id, Timestamp } from "./common.ts";
import { WorkspaceReport } from "./hosts.ts";
import { ExpandedProfile } from "./profiles.ts";

/** What a spawn tells the host (SPN-42); no credential is in it. */
export const SpawnParams = z.object({
  agentId: Id,
  workspaceId: Id.describe("Name of the workspace that the host makes"),
  spawnRequestId: z.string(),
  provider: Provider,
  cwd: z.string().describe("Absolute, normalised; the host resolves links (SPN-21)"),
  approvalMode: ApprovalMode,
  permissionMode: ApprovalMode.describe("Equal to approvalMode"),
  workspaceMode: WorkspaceMode,
  label: z.string().optional(),
  prompt: z.string().optional(),
  systemPromptAppend: z.string().optional(),
  modelAlias: z.string().optional(),
  model: z.string().optional().describe("The provider's own name, or the text as given (SPN-25)"),
  effort: z.string().optional(),
  providerArgs: z.array(z.string()).default([]),
  rig: z.string().optional(),
  policyName: z.string().optional(),
  agentProfile: ExpandedProfile.optional(),
  headless: z.literal(true).optional().describe("Started by a policy or a restart"),
  baseBranches: z
    .record(z.string(), z.string())
    .optional()
    .describe("By main worktree, where people have set it: the branch that work starts from and lands on (WSP-04)"),
  tags: z.array(z.string()),
  capabilities: z.array(z.string()),
  requestedBy: z.string(),
  requestedAt: z.number().int().describe("Milliseconds since the epoch"),
});
export type SpawnParams = z.infer<typeof SpawnParams>;

export const ShutdownParams = z.object({
  agentId: Id,
  sessionName: z.string(),
  graceSeconds: z.number().int().describe("From asking the program to end until SIGTERM (HST-24)"),
  reason: z.string().optional(),
});
export type ShutdownParams = z.infer<typeof ShutdownParams>;

/** Ends what there is of an agent's session and starts it anew (SPN-56, MNG-41). */
export const RestartParams = z.object({
  action: z.literal("restart"),
  agentId: Id,
  orchestratorId: Id,
  policyName: z.string().optional(),
  sessionName: z.string().describe("Session to end first; gone already when the agent had ended"),
  spawnRequestId: z.string().describe("The old one; restartSpawn has the new one"),
  graceful: z.literal(true).describe("The program is asked to end before it is terminated"),
  timeoutMs: z.number().int().describe("From asking the program to end until SIGTERM (HST-24)"),
  resume: z.boolean().describe("Go on with the provider's conversation where it has one (HST-60)"),
  reason: z.string().optional(),
  requestedBy: z.string(),
  requestedAt: z.number().int().describe("Milliseconds since the epoch"),
  restartSpawn: SpawnParams,
  workspace: WorkspaceReport.nullable().describe(
    "Isolated workspace that the agent still owns: the session goes on in it",
  ),
});
export type RestartParams = z.infer<typeof RestartParams>;

/** Has the program condense its conversation (SPN-59). */
export const CompactParams = z.object({
  agentId: Id,
  sessionName: z.string(),
  memory: z
    .object({ alwaysReload: z.array(z.string()).min(1) })
    .optional()
    .describe("What the program is to read again afterwards: the agent's tags memory-reload:…"),
});
export type CompactParams = z.infer<typeof CompactParams>;

/** Ends the turn, not the session (SPN-60). */
export const InterruptParams = z.object({ agentId: Id, sessionName: z.string() });
export type InterruptParams = z.infer<typeof InterruptParams>;

/** One workspace's work in a landing. */
export const LandChange = z.object({
  workspaceId: Id,
  worktreePath: z.string(),
  branch: z.string(),
  commit: z.string().describe("What `ready` recorded (WSP-25)"),
  agentId: z.string().nullable(),
  recycle: z.boolean().describe("The owner goes on: put its worktree on a fresh branch (WSP-41)"),
});
export type LandChange = z.infer<typeof LandChange>;

/** One landing of one or more workspaces (WSP-32, WSP-36). */
export const LandParams = z.object({
  repoRoot: z.string(),
  baseBranch: z.string(),
  changes: z.array(LandChange).min(1).max(mostBatched).describe("In the order of the queue"),
  checks: z.array(Check).max(mostChecks).describe("Empty: land without checks (WSP-52)"),
  checkRetries: z.number().int().min(0).max(3),
});
export type LandParams = z.infer<typeof LandParams>;

/** The work of one workspace, to be kept under its own ref (WSP-65). */
export const KeepParams = z.object({
  workspaceId: Id,
  repoRoot: z.string(),
  worktreePath: z.string(),
  branch: z.string().nullable().describe("As recorded; the worktree's own word counts more"),
  baseBranch: z.string().nullable(),
  agentId: z.string().nullable(),
});
export type KeepParams = z.infer<typeof KeepParams>;

/** Removes a worktree once its work is kept, or, long after, the kept ref itself (WSP-66). */
export const RemoveParams = KeepParams.extend({ what: z.enum(["worktree", "kept_ref"]) });
export type RemoveParams = z.infer<typeof RemoveParams>;

/** Brings a kept workspace back (WSP-68). */
export const RestoreParams = z.object({ workspaceId: Id, repoRoot: z.string(), agentId: z.string().nullable() });
export type RestoreParams = z.infer<typeof RestoreParams>;

export const SpawnResult = z.object({
  sessionName: z.string(),
  workspace: WorkspaceReport.nullable(),
  adopted: z.boolean().describe("The session existed already (HST-16)"),
});
export type SpawnResult = z.infer<typeof SpawnResult>;

export const ShutdownResult = z.object({ ended: z.boolean() });
export const CompactResult = z.object({ compacted: z.literal(true) });
export const InterruptResult = z.object({ interrupted: z.boolean().describe("false: nothing was running") });

/** What was in a worktree when it was kept, in numbers. */
export const KeptWork = z.object({
  ahead: Count.describe("Commits that base lacks"),
  staged: Count,
  unstaged: Count,
  untracked: Count.describe("Files, or directories of files, that git does not ignore"),
});
export type KeptWork = z.infer<typeof KeptWork>;

export const KeepResult = z.object({
  keptSha: z.string().describe("Commit that the kept ref leads to, read back"),
  work: KeptWork.nullable().describe("null: the worktree is gone, and what was kept earlier stands"),
  vanished: z.boolean().describe("The worktree was gone: its branch's commits and what was staged are kept (WSP-70)"),
  notKept: z.array(z.string()).max(20).describe("Pipes, sockets and devices, which have no content; the first 20"),
});
export type KeepResult = z.infer<typeof KeepResult>;
export const RemoveResult = z.object({ kept: KeepResult.nullable().describe("null: the kept ref was removed") });
export type RemoveResult = z.infer<typeof RemoveResult>;

export const RestoreResult = z.object({
  worktreePath: z.string(),
  branch: z.string().nullable(),
  baseSha: z.string().nullable(),
  headSha: z.string().nullable(),
  renamed: z
    .object({ branch: z.string().nullable(), worktreePath: z.string().nullable() })
    .describe("Names that something else had by now, so that new ones are used; null: as it was"),
});
export type RestoreResult = z.infer<typeof RestoreResult>;

const workspaceId = Id;

/** What a landing made of one change; all but `landed` leave base where it was. */
export const LandOutcome = z.discriminatedUnion("outcome", [
  z.object({
    outcome: z.literal("landed"),
    workspaceId,
    oldTip: z.string(),
    newTip: z.string(),
    changeTip: z.string().describe("Last commit of this change on base"),
    batch: z.array(Id).describe("Workspaces that landed with the same move of base, in order"),
    checks: z.array(CheckReport).nullable().describe("What ran on newTip; null: nothing did (WSP-52)"),
    recycled: z.object({ branch: z.string(), baseSha: z.string(), headSha: z.string() }).nullable(),
    recycleBlocked: z.string().nullable().describe("Why the worktree stayed as it was (WSP-41)"),
  }),
  z.object({ outcome: z.literal("conflict"), workspaceId, files: z.array(z.string()) }),
  z.object({
    outcome: z.literal("base_checkout_dirty"),
    workspaceId,
    checkout: z.string(),
    files: z.array(z.string()),
  }),
  z.object({ outcome: z.literal("nothing_to_land"), workspaceId }),
  z.object({
    outcome: z.literal("checks_failed"),
    workspaceId,
    commit: z.string().describe("The commit that was tested"),
    base: z.string().describe("Tip of base that it was tested upon"),
    checks: z.array(CheckReport).min(1).describe("The last one is the red one"),
  }),
  z.object({ outcome: z.literal("again"), workspaceId }).describe("Not decided: the next landing takes it (WSP-37)"),
  z.object({ outcome: z.literal("failed"), workspaceId, message: z.string(), lastLines: z.array(z.string()) }),
]);
export type LandOutcome = z.infer<typeof LandOutcome>;

/** How a landing came out, for each change in its order. */
export const LandResult = z.object({
  changes: z.array(LandOutcome),
  runs: Count.describe("How often the checks were run"),
  durationMs: Count,
});
export type LandResult = z.infer<typeof LandResult>;

/** Everything that the relay can order a host to do: params and result per type. */
export const commandTypes = {
  "agent.spawn": { params: SpawnParams, result: SpawnResult },
  "agent.restart": { params: RestartParams, result: SpawnResult },
  "agent.compact": { params: CompactParams, result: CompactResult },
  "agent.interrupt": { params: InterruptParams, result: InterruptResult },
  "agent.shutdown": { params: ShutdownParams, result: ShutdownResult },
  "workspace.land": { params: LandParams, result: LandResult },
  "workspace.keep": { params: KeepParams, result: KeepResult },
  "workspace.remove": { params: RemoveParams, result: RemoveResult },
  "workspace.restore": { params: RestoreParams, result: RestoreResult },
} as const;
export type CommandType = keyof typeof commandTypes;
export const CommandType = z.enum(Object.keys(commandTypes) as [CommandType, ...CommandType[]]);
export type ParamsOf<T extends CommandType> = z.infer<(typeof commandTypes)[T]["params"]>;
export type ResultOf<T extends CommandType> = z.infer<(typeof commandTypes)[T]["result"]>;

/** HST-26. */
export const CommandState = z.enum(["pending", "delivered", "running", "succeeded", "failed", "expired", "cancelled"]);
export type CommandState = z.infer<typeof CommandState>;
export const finalStates = ["succeeded", "failed", "expired", "cancelled"] as const satisfies readonly CommandState[];

/** Why a command failed; `reason` is typed where the product acts on it. */
export const CommandError = z.object({
  reason: z
    .string()
    .max(60)
    .describe("SPN-47's failure reasons for a spawn; journal_unwritable, cancelled or error otherwise"),
  message: z.string().max(4000),
  lastLines: z.array(z.string().max(2000)).max(50).optional(),
});
export type CommandError = z.infer<typeof CommandError>;

/** A command as hosts and people see it (HST-25). */
export const Command = z.object({
  id: Id,
  seq: z.number().int(),
  type: CommandType,
  source: z.string(),
  target: z.string().describe("Host"),
  agentId: z.string().nullable(),
  workspaceId: z.string().nullable(),
  correlationId: z.string().nullable(),
  params: z.record(z.string(), z.unknown()).describe("As in the type's params; nothing secret (HST-36)"),
  state: CommandState,
  result: z.record(z.string(), z.unknown()).nullable(),
  error: CommandError.nullable(),
  requestedBy: z.string(),
  createdAt: Timestamp,
  deliveredAt: Timestamp.nullable(),
  startedAt: Timestamp.nullable(),
  finishedAt: Timestamp.nullable(),
  cancelRequestedAt: Timestamp.nullable().describe("Since when its host is asked to leave it or take it back (HST-35)"),
  cancelRequestedBy: z.string().nullable().describe("Who asked"),
  deadlineAt: Timestamp,
});
export type Command = z.infer<typeof Command>;

/** What `commands.report` takes: one step of one command. */
export const CommandReport = z.discriminatedUnion("state", [
  z.strictObject({
    commandId: Id,
    state: z.literal("running"),
    progress: LandingProgress.optional().describe("Of a landing; being told renews its lease"),
  }),
  z.strictObject({ commandId: Id, state: z.literal("succeeded"), result: z.record(z.string(), z.unknown()) }),
  z.strictObject({ commandId: Id, state: z.literal("failed"), error: CommandError }),
  z.strictObject({ commandId: Id, state: z.literal("cancelled") }),
]);
export type CommandReport = z.infer<typeof CommandReport>;
