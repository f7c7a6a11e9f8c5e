import type { ExpandedProfile, SpawnParams } from "../contracts/index.ts";
import type { SpawnAgent } from "./schema.ts";

/** What was asked for and travels as it is, under its own name (SPN-42). */
type Asked = Pick<
  SpawnAgent,
  "provider" | "label" | "prompt" | "providerArgs" | "rig" | "policyName" | "tags" | "capabilities"
>;

/** What checks, host and profile made of the rest. */
type Decided = Pick<
  SpawnParams,
  | "agentId"
  | "workspaceId"
  | "spawnRequestId"
  | "cwd"
  | "approvalMode"
  | "workspaceMode"
  | "modelAlias"
  | "model"
  | "effort"
  | "systemPromptAppend"
  | "requestedBy"
  | "headless"
  | "baseBranches"
> & { profile: ExpandedProfile | null; at: Date };

/** The params of a command that starts an agent; nothing secret is in them (SPN-42). */
export function spawnParams(
  { provider, label, prompt, providerArgs, rig, policyName, tags, capabilities }: Asked,
  { profile, at, ...decided }: Decided,
): SpawnParams {
  return {
    ...decided,
    provider,
    permissionMode: decided.approvalMode,
    label,
    prompt,
    providerArgs,
    rig,
    policyName,
    agentProfile: profile ?? undefined,
    tags,
    capabilities,
    requestedAt: at.getTime(),
  };
}

/** Instructions of the profile come before the call's addition, parted by an empty line (SPN-30). */
export function systemPrompt(
  append: string | undefined,
  profile: ExpandedProfile | null,
  takesOne: boolean,
): string | undefined {
  const parts = [takesOne ? profile?.instructions : undefined, append].filter(Boolean);
  return parts.length ? parts.join("\n\n") : undefined;
}

/** What the activity says of a profile whose instructions the provider cannot take (HST-54). */
export const leftOut = (profile: ExpandedProfile | null, takesOne: boolean): string[] =>
  profile?.instructions && !takesOne ? [`The instructions of profile ${profile.name} were left out`] : [];
