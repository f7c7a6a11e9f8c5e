import { z } from "zod";
import { AgentCard, ApprovalMode, Command, Id, Provider, WorkspaceMode } from "../contracts/index.ts";

const strings = z.array(z.string().min(1).max(80)).max(50);

/** SPN-01, as far as this version takes it; every other field is Invalid. */
export const SpawnAgent = z.strictObject({
  provider: Provider.describe("Program to run: shell runs the prompt as a bash script"),
  orchestratorId: z.string().min(1).max(200).optional().describe("Host; chosen when left out"),
  labels: z.array(z.string().min(1).max(80)).max(20).optional().describe("Labels that the host must have"),
  cwd: z.string().min(1).max(500).optional().describe("Absolute, or relative to the host's base directory"),
  model: z.string().min(1).max(120).optional().describe("Alias or provider's name; default: the host's"),
  effort: z.string().min(1).max(40).optional(),
  approvalMode: ApprovalMode.optional().describe("How much it may do without asking"),
  workspaceMode: WorkspaceMode.optional().describe("isolated: a git worktree of its own"),
  label: z.string().min(1).max(120).optional().describe("Short name for people"),
  profile: z.string().min(1).max(120).optional().describe("Agent profile"),
  policyName: z.string().min(1).max(120).optional(),
  rig: z.string().min(1).max(120).optional().describe("Folder of provider settings on the host"),
  prompt: z
    .string()
    .min(1)
    .max(16_000)
    .optional()
    .describe("Task; for shell the bash script; at most 16,000 characters"),
  systemPromptAppend: z.string().max(64_000).optional(),
  tags: strings.default([]),
  capabilities: strings.default([]),
  providerArgs: strings.default([]),
  spawnRequestId: z.string().min(1).max(160).optional().describe("Repeating it starts nothing new"),
  topLevel: z.boolean().default(false).describe("Not as a child of yours"),
  queue: z.boolean().default(false).describe("On a full host: wait for room instead of being refused"),
  wait: z.boolean().default(false).describe("Answer when it is online or has failed"),
  timeoutSeconds: z.number().int().min(1).max(120).default(90).describe("Longest wait, in seconds"),
});
export type SpawnAgent = z.infer<typeof SpawnAgent>;

/** SPN-43, SPN-48. */
export const SpawnAnswer = z.object({
  ok: z.boolean().describe("false only when the wait saw it fail"),
  agentId: Id,
  orchestratorId: z.string(),
  provider: Provider,
  spawnRequestId: z.string(),
  command: Command,
  agent: AgentCard,
  repeated: z.boolean().describe("This request had been made before; nothing was started now"),
  timedOut: z.boolean().optional(),
  failure: z.object({ reason: z.string(), text: z.string(), lastLines: z.array(z.string()) }).optional(),
});
export type SpawnAnswer = z.infer<typeof SpawnAnswer>;
