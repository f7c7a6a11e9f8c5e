import { z } from "zod";
import { ApprovalMode, Provider, WorkspaceMode } from "./agents.ts";
import { extraScopes } from "./grant.ts";

/** A literal, or the host's own variable of that name (SPN-33). */
export const ProfileValue = z.union([
  z.string().max(8_000),
  z.strictObject({ host: z.string().regex(/^[A-Z][A-Z0-9_]{0,79}$/, "a name of A-Z, 0-9 and _") }),
]);

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,119}$/, "a variable's name");
const rules = z.array(z.string().min(1).max(500)).max(100);

export const ProfileName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,119}$/, "1 to 120 of a-z0-9-, no dash first");

/** What an agent profile holds beside its name; everything is optional (SPN-31). */
export const ProfileFields = z.strictObject({
  description: z.string().max(2_000).optional(),
  instructions: z.string().max(64_000).optional().describe("Put before the system prompt's addition"),
  env: z.record(variable, ProfileValue).optional().describe("Variables of the agent's process"),
  permissions: z
    .strictObject({ allow: rules.default([]), deny: rules.default([]) })
    .optional()
    .describe("What the program may do without asking, and never"),
  mcpServers: z
    .record(
      z.string().regex(/^[A-Za-z0-9_-]{1,60}$/),
      z.strictObject({
        command: z.string().max(500).optional(),
        args: z.array(z.string().max(500)).max(50).optional(),
        url: z.url().max(500).optional(),
        env: z.record(variable, ProfileValue).optional(),
        headers: z.record(z.string().max(120), ProfileValue).optional(),
      }),
    )
    .optional(),
  skills: z.array(z.string().min(1).max(120)).max(100).optional(),
  provider: Provider.optional(),
  model: z.string().max(120).optional(),
  effort: z.string().max(40).optional(),
  approvalMode: ApprovalMode.optional(),
  workspaceMode: WorkspaceMode.optional(),
  maxSpawnedAgents: z.number().int().min(0).max(100).optional().describe("Live children that its agents may have"),
  spawnTopLevel: z.boolean().optional().describe("May start agents that are nobody's children"),
  extraScopes: z.array(z.enum(extraScopes)).max(extraScopes.length).optional(),
  kind: z.string().max(60).optional().describe("For summoning"),
  tools: rules.optional().describe("For summoning"),
  cwd: z.string().max(500).optional().describe("For summoning"),
  keepAlive: z.boolean().optional().describe("For summoning"),
});
export type ProfileFields = z.infer<typeof ProfileFields>;

/** A profile as it travels in a command: expanded, with name and version (SPN-30). */
export const ExpandedProfile = ProfileFields.extend({ name: ProfileName, version: z.number().int() });
export type ExpandedProfile = z.infer<typeof ExpandedProfile>;
