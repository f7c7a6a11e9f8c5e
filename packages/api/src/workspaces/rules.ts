import { type Guidance, LandParams, type Workspace, type WorkspaceStatus } from "../contracts/index.ts";

/** Statuses of a workspace that is not over (WSP-06). */
export const openStatuses = [
  "active",
  "ready",
  "landing",
  "conflict",
  "review_requested",
] as const satisfies WorkspaceStatus[];
const terminal = ["landed", "abandoned", "removed", "failed"] as const satisfies WorkspaceStatus[];
const handedOff = ["ready", "landing", "review_requested"] as const satisfies WorkspaceStatus[];

export const isTerminal = (status: WorkspaceStatus): boolean =>
  (terminal as readonly WorkspaceStatus[]).includes(status);
const isHandedOff = (status: WorkspaceStatus): boolean => (handedOff as readonly WorkspaceStatus[]).includes(status);

/** `ready` and `landing` count as one status for a wait (WSP-20). */
export const phaseOf = (status: WorkspaceStatus): string => (status === "landing" ? "ready" : status);

const waiting = {
  phase: "handed_off" as const,
  meaning:
    "Your change is handed off: the queue rebases it onto the tip of the base branch, runs the repository's checks on it and lands it.",
  nextStep: "Wait with relay_workspace_status (wait: true). Do not rebase, merge or push meanwhile.",
  actionNeeded: false,
};

const over: Record<(typeof terminal)[number], string> = {
  landed: "The change is on the base branch and the agent has ended; this workspace is over.",
  abandoned: "This workspace was given up; its work is kept.",
  removed: "The worktree was removed after its work was kept.",
  failed: "The worktree could not be made or has vanished; this workspace is over.",
};

function meaningOf(w: Pick<Workspace, "status" | "metadata" | "branch" | "baseBranch" | "ahead">) {
  const { status } = w;
  if (isHandedOff(status)) return { ...waiting, reason: reasonOf(w.metadata) };
  if (status === "conflict") {
    const files = (w.metadata.conflictFiles as string[] | undefined)?.join(", ");
    return {
      phase: "conflict" as const,
      meaning: `The change does not apply onto ${w.baseBranch}${files ? `: ${files}` : ""}.`,
      nextStep: `Rebase ${w.branch} onto ${w.baseBranch} in your worktree, resolve, and call relay_workspace_ready again.`,
      actionNeeded: true,
    };
  }
  if (isTerminal(status)) {
    const meaning = over[status as keyof typeof over];
    return { phase: "over" as const, meaning, nextStep: "Nothing to do here.", actionNeeded: false };
  }
  const red = w.metadata.checksFailed as { check: string; how: string } | undefined;
  if (red) {
    return {
      phase: "working" as const,
      meaning: `Not landed: the check "${red.check}" is red on your change (${red.how}).`,
      nextStep: `Read the relay's message for its last lines, mend it on ${w.branch}, commit, and call relay_workspace_ready again.`,
      actionNeeded: true,
      reason: "checks_failed",
    };
  }
  return {
    phase: "working" as const,
    meaning: `Yours to work in: branch ${w.branch ?? "none"}, ${w.ahead} commits ahead of ${w.baseBranch ?? "nothing"}.`,
    nextStep: "Commit your work, then call relay_workspace_ready.",
    actionNeeded: false,
    reason: w.metadata.recycleBlocked ? "recycle_blocked" : undefined,
  };
}

const reasonOf = (metadata: Workspace["metadata"]) => (metadata.waiting as { reason?: string } | undefined)?.reason;

/** What the workspace's state means and what to do: a pure function of the workspace (WSP-18). */
export function guidanceOf(
  w: Pick<Workspace, "status" | "statusSince" | "metadata" | "branch" | "baseBranch" | "ahead">,
): Guidance {
  return { ...meaningOf(w), since: w.statusSince };
}

/** What an agent agrees to by `ready` (WSP-26). */
export function contractOf(w: Pick<Workspace, "branch" | "baseBranch" | "readySha">): string {
  return [
    `The commits of ${w.branch} up to ${w.readySha?.slice(0, 12)} are rebased onto the tip of ${w.baseBranch}, away from your worktree, checked there if the repository has checks, and what was checked is landed.`,
    "Do not rebase, merge or push meanwhile; you may go on committing, and later commits are kept and rebased.",
    "Wait with relay_workspace_status and wait: true.",
    `Afterwards this directory is on a fresh branch from the new ${w.baseBranch}.`,
    "A conflict shows as status conflict with its files: rebase, resolve and call relay_workspace_ready again. A red check shows as status active with reason checks_failed, and a message has its last lines: mend it and call relay_workspace_ready again. review_requested means that a person looks at it.",
  ].join(" ");
}

/** Whether a landing's command ended in a way that says nothing of the landing: its host was away or silent (WSP-31, WSP-40). */
export const noFaultOfTheLanding = (reason: string): boolean => reason === "lease_expired" || reason === "host_lost";

/** The workspaces that a landing's command is about; of a command from before there were batches the one that it names. */
export function workspacesOf({ params, workspaceId }: { params: string; workspaceId: string | null }): string[] {
  const read = LandParams.safeParse(JSON.parse(params));
  return read.success ? read.data.changes.map((change) => change.workspaceId) : workspaceId ? [workspaceId] : [];
}

/** Pauses before a landing that failed through no fault of the change is tried again (WSP-40); null: give up. */
export function retryDelayMs(tries: number): number | null {
  return [10_000, 60_000, 300_000][tries - 1] ?? null;
}

export interface Waiting {
  id: string;
  repository: string;
  baseBranch: string | null;
  orchestratorId: string;
  status: WorkspaceStatus;
  readyAt: Date | null;
  retryAt: Date | null;
  claimExpiresAt?: Date | null;
}

/** Whether somebody holds it: landing passes it over until the claim is released or over by itself (WSP-28). */
export const isClaimed = ({ claimExpiresAt }: Pick<Waiting, "claimExpiresAt">, now: Date): boolean =>
  claimExpiresAt != null && claimExpiresAt > now;

/**
 * Which workspaces to land next, together: per repository and base branch the first ready ones that may be tried now, up
 * to the batch's size, where no landing runs and the host is there (WSP-31, WSP-36). Queues of different repositories
 * run at once.
 */
export function nextLandings(
  waiting: Waiting[],
  now: Date,
  connected: (host: string) => boolean,
  batchSize: (repository: string) => number,
): string[][] {
  const queues = new Map<string, Waiting[]>();
  for (const one of waiting) {
    const key = `${one.repository}\0${one.baseBranch}`;
    queues.set(key, [...(queues.get(key) ?? []), one]);
  }
  return [...queues.values()].flatMap((queue) => {
    if (queue.some(({ status }) => status === "landing")) return [];
    const batch = queue
      .filter((one) => connected(one.orchestratorId) && !isClaimed(one, now) && (!one.retryAt || one.retryAt <= now))
      .sort((a, b) => (a.readyAt?.getTime() ?? 0) - (b.readyAt?.getTime() ?? 0) || (a.id < b.id ? -1 : 1))
      .slice(0, batchSize(queue[0]?.repository ?? ""));
    return batch.length > 0 ? [batch.map(({ id }) => id)] : [];
  });
}
