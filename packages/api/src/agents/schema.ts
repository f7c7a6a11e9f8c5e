import { z } from "zod";
import { ActivityPage } from "../activity/schema.ts";
import {
  AgentCard,
  AgentState,
  BlockedKind,
  Command,
  Constraints,
  Id,
  NextCursor,
  Provider,
  Scope,
  SessionEnd,
  Timestamp,
} from "../contracts/index.ts";

const StatusFilter = z.union([AgentState, z.enum(["running", "all"])]);

const Word = z.string().min(1).max(80);

export const ListAgents = z.strictObject({
  status: z
    .union([StatusFilter, z.array(StatusFilter).min(1).max(50)])
    .default("running")
    .describe("A state, several, running (online, idle, busy, blocked) or all"),
  text: z.string().max(200).optional().describe("Part of an id or label"),
  provider: Provider.optional(),
  orchestratorId: Id.optional().describe("Host"),
  tag: Word.optional().describe("Exactly one of its tags"),
  capability: Word.optional().describe("Exactly one of its capabilities"),
  policyName: z.string().min(1).max(120).optional().describe("Managed agent"),
  profile: z.string().min(1).max(120).optional().describe("Agent profile by which it was started"),
  spawnedBy: Id.optional().describe("Parent agent"),
  shutdownFailed: z.literal(true).optional().describe("Only those that were to be shut down and were not (HST-33)"),
  cursor: Id.optional(),
  limit: z.number().int().min(1).max(200).default(50),
});
export type ListAgents = z.infer<typeof ListAgents>;

export const AgentPage = z.object({ items: z.array(AgentCard), nextCursor: NextCursor });

const Texts = z.union([z.string().min(1).max(200), z.array(z.string().min(1).max(200)).min(1).max(50)]);
const anyOf = (what: string) => Texts.optional().describe(what);

/** Values inside one field are alternatives, different fields must all match (MSG-13, MSG-14). */
export const FindAgents = z.strictObject({
  label: anyOf("Part of its label or name"),
  capability: anyOf("A capability"),
  provider: anyOf("claude, codex or shell"),
  tag: anyOf("A tag"),
  machine: anyOf("Name of the machine it runs on"),
  kind: anyOf("managed or interactive"),
  status: anyOf("A state, running (default) or all"),
  spawnedBy: z.string().min(1).max(240).optional().describe("Parent's id, or me"),
  sortBy: z.enum(["lastActive", "created", "label"]).default("lastActive"),
  order: z.enum(["desc", "asc"]).default("desc"),
  cursor: Id.optional(),
  limit: z.number().int().min(1).max(200).default(50),
});
export type FindAgents = z.infer<typeof FindAgents>;
export const FoundAgents = z.object({ agents: z.array(AgentCard), count: z.number().int(), nextCursor: NextCursor });
export type FoundAgents = z.infer<typeof FoundAgents>;

/** At most one of the selectors (MSG-11). */
export const AgentOverview = z.strictObject({
  agentId: Id.optional().describe("Only this agent"),
  policyName: z.string().min(1).max(120).optional().describe("Only this managed agent"),
  orchestratorId: Id.optional().describe("Only this host"),
  includeOffline: z.boolean().default(false).describe("Also agents that are away or have ended"),
});
export type AgentOverview = z.infer<typeof AgentOverview>;

/** A host in one line (MSG-12). */
const HostSummary = z.object({
  id: Id,
  state: z.string().describe("online, stale or offline"),
  providers: z.array(Provider).describe("Programs that it can run now"),
  sessions: z.number().int().describe("Live agents"),
  maxSessions: z.number().int(),
});

/** A managed agent in one line (MSG-12). */
const PolicySummary = z.object({
  name: z.string(),
  mode: z.string(),
  state: z.string(),
  reason: z.string().nullable(),
  agentId: z.string().nullable(),
});

export const OverviewAnswer = z.object({
  agents: z.array(AgentCard),
  policies: z.array(PolicySummary),
  hosts: z.array(HostSummary),
  more: z.boolean().describe("There are more agents; relay_find_agents pages through them"),
});
export type OverviewAnswer = z.infer<typeof OverviewAnswer>;

export const GetAgent = z.strictObject({ agentId: Id });
export type GetAgent = z.infer<typeof GetAgent>;

/** What an agent's live token lets it do; null when it has none (CON-20). */
export const AgentGrant = z
  .object({
    tokenId: Id,
    scopes: z.array(Scope),
    maxSpawnedAgents: z.number().int().describe("Live children that it may have; 0: none"),
    constraints: Constraints,
  })
  .nullable();
export type AgentGrant = z.infer<typeof AgentGrant>;

/** A card with what only one agent's page shows. */
export const AgentDetail = AgentCard.extend({
  result: z.string().nullable(),
  resultAt: Timestamp.nullable(),
  lastLines: z.array(z.string()).nullable().describe("Last lines of output, when it ended"),
  children: z.array(Id),
  command: Command.nullable().describe("The command that started it"),
  endedAt: Timestamp.nullable(),
  createdBy: z.string().describe("Who asked for it"),
  profileVersion: z.number().int().nullable().describe("Version of its profile by which it was started"),
  grant: AgentGrant.describe("From its live token"),
});
export type AgentDetail = z.infer<typeof AgentDetail>;

export const Timeline = z.strictObject({
  agentId: Id,
  cursor: z.string().max(60).optional(),
  limit: z.number().int().min(1).max(200).default(50),
});
export type Timeline = z.infer<typeof Timeline>;
export { ActivityPage as TimelinePage };

export const RegisterAgent = z.strictObject({
  runnerId: Id.describe("New per runner process"),
  sessionName: z.string().min(1).max(200),
});
export type RegisterAgent = z.infer<typeof RegisterAgent>;
export const RegisteredAgent = z.object({ agentId: Id, epoch: z.number().int() });

export const SetStatus = z.strictObject({
  epoch: z.number().int(),
  status: z.enum(["idle", "busy", "blocked"]),
  blocked: z
    .strictObject({ kind: BlockedKind, text: z.string().min(1).max(2000) })
    .optional()
    .describe("Required with blocked (SPN-51)"),
});
export type SetStatus = z.infer<typeof SetStatus>;

export const AgentStateAnswer = z.object({ agentId: Id, status: AgentState });
export type AgentStateAnswer = z.infer<typeof AgentStateAnswer>;

export const ReportExit = z.strictObject({
  agentId: Id.optional().describe("Given by the agent's host; a runner speaks for its own agent"),
  commandId: Id.optional().describe(
    "Given by the host: the command that made the session; an earlier one's end is no news",
  ),
  epoch: z.number().int().optional(),
  end: SessionEnd,
});
export type ReportExit = z.infer<typeof ReportExit>;

export const ReportResult = z.strictObject({
  text: z
    .string()
    .min(1)
    .max(64 * 1024)
    .describe("What you achieved, for whoever started you; at most 65,536 characters"),
  captured: z
    .boolean()
    .default(false)
    .describe("Taken from the output by the runner; never replaces a reported result"),
});
export type ReportResult = z.infer<typeof ReportResult>;

/** How the agents that a call means are named; an agent names its own children, by `agentId` alone (SPN-53, SPN-54). */
export const Selector = z.strictObject({
  agentId: z.string().min(1).max(240).optional().describe("The agent"),
  policyName: z.string().min(1).max(120).optional().describe("People only: the live agent of this policy"),
  spawnRequestId: z.string().min(1).max(160).optional().describe("People only"),
  sessionName: z.string().min(1).max(200).optional().describe("People only"),
  orchestratorId: z.string().min(1).max(200).optional().describe("People only: host; alone it needs all"),
});
export type Selector = z.infer<typeof Selector> & { all?: boolean };
const all = z.boolean().default(false).describe("With orchestratorId alone: every agent there that has not ended");
const reason = z.string().max(500).optional().describe("Why, for the record");

export const ShutdownAgent = Selector.extend({
  all,
  reason,
  graceSeconds: z.number().int().min(0).max(120).default(10).describe("Time to end by itself before it is terminated"),
});
export type ShutdownAgent = z.infer<typeof ShutdownAgent>;

export const RestartAgent = Selector.extend({
  all,
  reason,
  resume: z.boolean().default(true).describe("Go on with the provider's conversation where it has one"),
});
export type RestartAgent = z.infer<typeof RestartAgent>;

/** What the acts on running agents answer (SPN-55): asked for, not done; the command says how it ended. */
const ActAnswer = z.object({
  ok: z.literal(true),
  agentId: z.string().nullable().describe("null with all"),
  orchestratorId: z.string().nullable(),
  command: Command.nullable().describe("null with all, or when there was nothing to do"),
});

export const ShutdownAnswer = ActAnswer.extend({
  action: z.literal("shutdown"),
  alreadyEnded: z.boolean(),
  commands: z.array(Command).optional().describe("With all"),
});
export type ShutdownAnswer = z.infer<typeof ShutdownAnswer>;

export const RestartAnswer = ActAnswer.extend({
  action: z.literal("restart"),
  commands: z.array(Command).optional().describe("With all"),
});
export type RestartAnswer = z.infer<typeof RestartAnswer>;

export const CompactAnswer = ActAnswer.extend({ action: z.literal("compact") });
export type CompactAnswer = z.infer<typeof CompactAnswer>;

export const InterruptAnswer = ActAnswer.extend({
  action: z.literal("interrupt"),
  interrupted: z.boolean().nullable().describe("false: it was idle; null: asked, the command's result says it"),
});
export type InterruptAnswer = z.infer<typeof InterruptAnswer>;
