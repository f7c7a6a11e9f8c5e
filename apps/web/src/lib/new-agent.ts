import { type Host, hostRefusal } from "./spawn-choices.ts";
import type { Profile, SpawnInput } from "./types.ts";

/** What the form holds; an empty text or list stands for the default. */
export interface NewAgentValues {
  provider: string;
  orchestratorId: string;
  labels: string[];
  queue: boolean;
  cwd: string;
  profile: string;
  model: string;
  effort: string;
  approvalMode: string;
  workspaceMode: string;
  prompt: string;
  label: string;
  tags: string[];
  capabilities: string[];
  systemPromptAppend: string;
  policyName: string;
  rig: string;
  /** One argument a line. */
  providerArgs: string;
}

/** Fields behind "More"; it opens by itself when one of them is refused. */
export const moreFields = [
  "labels",
  "queue",
  "capabilities",
  "systemPromptAppend",
  "policyName",
  "rig",
  "providerArgs",
] as const satisfies readonly (keyof NewAgentValues)[];

/** Longest prompt and addition to the system prompt, in characters (SPN-01). */
export const promptLimit = 16_000;
export const systemPromptLimit = 64_000;

const task =
  "What should it do? In an isolated workspace it commits on a branch of its own and says when it is ready to land.";

export const placeholders: Record<string, string> = {
  shell: [
    "# A bash script that runs in the workspace.",
    "date > hello.txt",
    "git add -A && git commit -m 'Say hello'",
    "sbx ready   # hand the branch over; it lands by itself",
  ].join("\n"),
  claude: task,
  codex: task,
};

export const modes = [
  { value: "isolated", label: "Isolated", about: "A git worktree on a branch of its own; lands through the queue" },
  { value: "shared", label: "Shared", about: "Works in the directory itself" },
  { value: "inherit", label: "As the host decides", about: "Isolated in a git repository, if the host is set so" },
] as const;

export const initialValues = (hosts: readonly Host[]): NewAgentValues => {
  const host = hosts.find((one) => !hostRefusal(one, false));
  const available = host?.providers.filter((offer) => offer.available).map(({ provider }) => provider) ?? [];
  return {
    provider: available.includes("shell") ? "shell" : (available[0] ?? "shell"),
    orchestratorId: host?.id ?? "",
    labels: [],
    queue: false,
    cwd: host?.baseDir ?? "",
    profile: "",
    model: "",
    effort: "",
    approvalMode: "",
    workspaceMode: "isolated",
    prompt: "",
    label: "",
    tags: [],
    capabilities: [],
    systemPromptAppend: "",
    policyName: "",
    rig: "",
    providerArgs: "",
  };
};

/** What choosing a profile changes: its own values count, until others are chosen. */
export function withProfile(profile: Profile | null): Partial<NewAgentValues> {
  return {
    profile: profile?.name ?? "",
    workspaceMode: profile?.workspaceMode ? "" : "isolated",
    model: "",
    effort: "",
    approvalMode: "",
    ...(profile?.provider ? { provider: profile.provider } : {}),
  };
}

const orNone = (text: string): string | undefined => text.trim() || undefined;

/** What is sent; empty fields are left out, so that the defaults of profile and relay hold. */
export function toSpawn(values: NewAgentValues, spawnRequestId: string): SpawnInput {
  const { labels, queue, tags, capabilities, prompt, providerArgs, systemPromptAppend } = values;
  const args = providerArgs.split("\n").map((line) => line.trim());
  return {
    provider: values.provider as SpawnInput["provider"],
    workspaceMode: orNone(values.workspaceMode) as SpawnInput["workspaceMode"],
    approvalMode: orNone(values.approvalMode) as SpawnInput["approvalMode"],
    orchestratorId: orNone(values.orchestratorId),
    cwd: orNone(values.cwd),
    profile: orNone(values.profile),
    model: orNone(values.model),
    effort: orNone(values.effort),
    label: orNone(values.label),
    policyName: orNone(values.policyName),
    rig: orNone(values.rig),
    prompt: orNone(prompt) && prompt,
    systemPromptAppend: orNone(systemPromptAppend) && systemPromptAppend,
    ...(labels.length > 0 ? { labels } : {}),
    ...(queue ? { queue } : {}),
    tags,
    capabilities,
    providerArgs: args.filter(Boolean),
    spawnRequestId,
  };
}

/** The field of the form that a refusal names, `tags` for `tags.2`; null when it is none of the form's. */
export function fieldOf(values: NewAgentValues, field: string | undefined): keyof NewAgentValues | null {
  const name = field?.split(".")[0] ?? "";
  return Object.hasOwn(values, name) ? (name as keyof NewAgentValues) : null;
}
