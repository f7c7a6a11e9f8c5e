import type { Host, SpawnInput } from "./types.ts";

export interface NewAgentValues {
  provider: string;
  orchestratorId: string;
  cwd: string;
  workspaceMode: string;
  approvalMode: string;
  label: string;
  prompt: string;
  tags: string;
}

/** Longest prompt, in characters (SPN-01). */
export const promptLimit = 16_000;

export const placeholders: Record<string, string> = {
  shell: [
    "# A bash script that runs in the workspace.",
    "date > hello.txt",
    "git add -A && git commit -m 'Say hello'",
    "sbx ready   # hand the branch over; it lands by itself",
  ].join("\n"),
  claude:
    "What should it do? In an isolated workspace it commits on a branch of its own and says when it is ready to land.",
  codex:
    "What should it do? In an isolated workspace it commits on a branch of its own and says when it is ready to land.",
};

export const modes = [
  { value: "isolated", label: "Isolated", about: "A git worktree on a branch of its own; lands through the queue" },
  { value: "shared", label: "Shared", about: "Works in the directory itself" },
  { value: "inherit", label: "As the host decides", about: "Isolated in a git repository, if the host is set so" },
] as const;

export const initialValues = (hosts: readonly Host[]): NewAgentValues => {
  const host = hosts.find(({ state, draining }) => state === "online" && !draining);
  const provider = host?.providers.find(({ available }) => available)?.provider ?? "shell";
  return {
    provider: host?.providers.some((offer) => offer.provider === "shell" && offer.available) ? "shell" : provider,
    orchestratorId: host?.id ?? "",
    cwd: host?.baseDir ?? "",
    workspaceMode: "isolated",
    approvalMode: "",
    label: "",
    prompt: "",
    tags: "",
  };
};

/** Why a host cannot be chosen; null when it can (CON-52). */
export function hostRefusal(host: Host): string | null {
  if (host.state !== "online") return host.state;
  if (host.draining) return "draining";
  return host.liveSessions >= host.maxSessions ? "full" : null;
}

const orNone = (text: string): string | undefined => text.trim() || undefined;

/** What is sent; empty fields are left out, so that the relay's defaults hold. */
export function toSpawn(values: NewAgentValues, spawnRequestId: string): SpawnInput {
  return {
    provider: values.provider as SpawnInput["provider"],
    workspaceMode: values.workspaceMode as SpawnInput["workspaceMode"],
    approvalMode: orNone(values.approvalMode) as SpawnInput["approvalMode"],
    orchestratorId: orNone(values.orchestratorId),
    cwd: orNone(values.cwd),
    label: orNone(values.label),
    prompt: orNone(values.prompt) && values.prompt,
    tags: values.tags.split(/[\s,]+/).filter(Boolean),
    spawnRequestId,
  };
}
