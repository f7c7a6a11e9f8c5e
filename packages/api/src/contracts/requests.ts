import { z } from "zod";
import { Id } from "./common.ts";
import { LogLines, LogPlace, mostLogLines } from "./logs.ts";

/**
 * Requests that are not kept (HST-41): pushed on the host's command stream beside the commands, answered by
 * `commands.answer` with the same request id. A terminal answers many times, until `done`.
 */
export const HostRequest = z.discriminatedUnion("type", [
  z.object({ type: z.literal("directories"), path: z.string().nullable() }),
  z.object({
    type: z.literal("workspace.inspect"),
    worktreePath: z.string(),
    branch: z.string(),
    baseBranch: z.string(),
  }),
  z.object({ type: z.literal("workspace.commit"), worktreePath: z.string(), message: z.string() }),
  z.object({ type: z.literal("workspace.worktrees") }),
  z.object({
    type: z.literal("workspace.diff"),
    workspaceId: Id,
    repoRoot: z.string(),
    worktreePath: z.string().nullable(),
    baseBranch: z.string(),
  }),
  z.object({ type: z.literal("terminal.open"), agentId: Id, sessionName: z.string() }),
  z.object({ type: z.literal("terminal.close"), openRequestId: Id }),
  z.object({ type: z.literal("terminal.input"), sessionName: z.string(), data: z.string() }),
  z.object({
    type: z.literal("terminal.resize"),
    sessionName: z.string(),
    cols: z.number().int(),
    rows: z.number().int(),
  }),
  z.object({
    type: z.literal("log.read"),
    commandId: z
      .string()
      .regex(/^\w[\w-]{0,239}$/)
      .nullable()
      .describe("Command that made the session; null: the daemon's own log"),
    cursor: LogPlace.nullable().describe("Lines from here on"),
    before: LogPlace.nullable().describe("The lines before this; without either place the last lines"),
    tail: z.number().int().min(1).max(mostLogLines),
    search: z.string().max(200).nullable(),
    waitMs: z.number().int().min(0).max(5_000).describe("For something new after cursor; shorter than a request lives"),
  }),
]);
export type HostRequest = z.infer<typeof HostRequest>;
export type HostRequestType = HostRequest["type"];

/** One directory entry (HST-40). */
export const Directory = z.object({ name: z.string(), isRepository: z.boolean(), hidden: z.boolean() });

/** The true state of a worktree, as asked before `ready` (WSP-23). */
export const WorktreeState = z.object({
  exists: z.boolean(),
  branch: z.string().nullable(),
  headSha: z.string().nullable(),
  ahead: z.number().int(),
  behind: z.number().int(),
  dirty: z.array(z.string()).max(20).describe("Uncommitted or untracked paths, the first 20"),
  dirtyCount: z.number().int(),
  inProgress: z.string().nullable().describe("rebase, merge, cherry-pick, … or null"),
});
export type WorktreeState = z.infer<typeof WorktreeState>;

/** One changed file of a workspace (WSP-69). */
export const DiffFile = z.object({
  path: z.string(),
  oldPath: z.string().nullable().describe("The name before, of a file that was renamed"),
  added: z.number().int().nullable().describe("Lines; null for a binary file"),
  removed: z.number().int().nullable().describe("Lines; null for a binary file"),
  text: z.string().nullable().describe("As git diff prints it; null where it is too long"),
});
export type DiffFile = z.infer<typeof DiffFile>;

const DiffPart = z.object({
  from: z.enum(["worktree", "kept"]).describe("kept: the worktree is gone"),
  base: z.string().describe("Commit that it is compared with"),
  files: z.array(DiffFile).max(300),
  truncated: z.boolean().describe("More than 300 files or 1 MiB, or a file of more than 200 KiB"),
});

/** A directory under the host's `worktreesDir` that is a worktree of an agent (WSP-70). */
export const FoundWorktree = z.object({
  path: z.string(),
  repoRoot: z.string(),
  workspaceId: Id.describe("From its own note; made from its path where it has none"),
  branch: z.string().nullable(),
  baseBranch: z.string().nullable(),
  settled: z.boolean().describe("false: made within the last hour, so that the relay may not know it yet"),
});
export type FoundWorktree = z.infer<typeof FoundWorktree>;

/** What a terminal stream carries (HST-42, HST-47); bytes are base64. */
export const TerminalChunk = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("snapshot"),
    cols: z.number().int(),
    rows: z.number().int(),
    data: z.string(),
    resync: z.boolean().describe("Stands in place of bytes that this viewer missed (HST-43)"),
  }),
  z.object({ type: z.literal("output"), data: z.string() }),
  z.object({ type: z.literal("resize"), cols: z.number().int(), rows: z.number().int() }),
  z.object({
    type: z.literal("exit"),
    code: z.number().int().nullable().default(null).describe("null when a signal ended it or it is not known"),
    reason: z.string(),
  }),
]);
export type TerminalChunk = z.infer<typeof TerminalChunk>;

const LogAnswer = LogLines.extend({
  exists: z.boolean().describe("false: the host keeps no such log, or not yet"),
  cursor: LogPlace.describe("Where reading goes on"),
  earlier: LogPlace.nullable().describe("Pass as before for older lines; null at the oldest, and when reading on"),
});

/** What each request is answered with. */
export const answers = {
  directories: z.object({ path: z.string(), directories: z.array(Directory).max(1000), truncated: z.boolean() }),
  "workspace.inspect": WorktreeState,
  "workspace.commit": z.object({ headSha: z.string() }),
  "workspace.diff": DiffPart,
  "workspace.worktrees": z.object({ worktrees: z.array(FoundWorktree).max(5000) }),
  "terminal.open": TerminalChunk,
  "terminal.close": z.object({}),
  "terminal.input": z.object({}),
  "terminal.resize": z.object({}),
  "log.read": LogAnswer,
} as const satisfies Record<HostRequestType, z.ZodType>;
export type AnswerTo<T extends HostRequestType> = z.infer<(typeof answers)[T]>;

/** What `commands.answer` takes. */
export const HostAnswer = z.strictObject({
  requestId: Id,
  answer: z.unknown().optional().describe("As in `answers` of the request's type"),
  error: z
    .strictObject({ code: z.enum(["NotFound", "Invalid", "Conflict", "Unavailable"]), message: z.string().max(2000) })
    .optional(),
  done: z.boolean().default(true).describe("No further answer follows"),
});
export type HostAnswer = z.input<typeof HostAnswer>;
