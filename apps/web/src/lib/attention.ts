import type { AgentAct } from "./agent-acts.ts";
import { ofMessages } from "./attention-messages.ts";
import { hostHref } from "./host-words.ts";
import { keepErrorInWords, leftInWords } from "./kept-words.ts";
import type { Redelivery } from "./redelivery.ts";
import type { AgentCard, Host, Message, WorkspaceRow } from "./types.ts";
import { count, lastPart, reasonInWords, type Shape, type Tone } from "./words.ts";
import { forPeople } from "./workspace-words.ts";

/** Why a person is needed (CON-15). */
export type AttentionKind =
  | "Agent blocked"
  | "Spawn failed"
  | "Agent crashed"
  | "Conflict"
  | "Review requested"
  | "Base checkout dirty"
  | "Work without owner"
  | "Not kept"
  | "Messages held"
  | "Message not delivered"
  | "Agent not shut down"
  | "Host offline"
  | "Host not empty"
  | "Unknown session";

export interface AttentionItem {
  id: string;
  kind: AttentionKind;
  /** 0 stops work now, 1 failed, 2 the rest (CON-16). */
  rank: 0 | 1 | 2;
  tone: Tone;
  shape: Shape;
  subject: string;
  href: string;
  reason: string;
  /** Last lines, files or text on the screen. */
  detail: string | null;
  since: string;
  action: { label: string; href: string };
  /** What can be done to the agent from here. */
  acts: readonly AgentAct[];
  agentId: string | null;
  /** What lets messages go on from here. */
  redelivery?: Redelivery | null;
}

export interface AttentionInput {
  agents: readonly AgentCard[];
  workspaces: readonly WorkspaceRow[];
  hosts: readonly Host[];
  /** Those that are held, and people's that were not delivered. */
  messages?: readonly Message[];
  /** Milliseconds since the epoch. */
  now: number;
}

/** Items about a past event go after this time, in milliseconds (CON-17). */
const pastEvent = 24 * 3_600_000;

export const agentHref = (id: string) => `/agents/${encodeURIComponent(id)}`;
/** Where the agent's session is shown. */
export const terminalHref = (id: string) => `${agentHref(id)}?tab=terminal`;
export const workspaceHref = (id: string) => `/workspaces/${encodeURIComponent(id)}`;

/** A shutdown that did not come about: the agent goes on as it was (HST-33). */
function unended(agent: AgentCard): AttentionItem[] {
  if (!agent.shutdownFailure) return [];
  const { since, text } = agent.shutdownFailure;
  const base = { id: `agent:${agent.id}:shutdown`, subject: agent.name, href: agentHref(agent.id), agentId: agent.id };
  const action = { label: "Open terminal", href: terminalHref(agent.id) };
  const look = { kind: "Agent not shut down", rank: 1, tone: "amber", shape: "bar" } as const;
  return [{ ...base, ...look, reason: text, detail: null, since, action, acts: ["shutdown"] }];
}

function ofAgent(agent: AgentCard, now: number): AttentionItem[] {
  const base = {
    id: `agent:${agent.id}:${agent.status}`,
    subject: agent.name,
    href: agentHref(agent.id),
    reason: reasonInWords(agent.statusReason) ?? "no reason given",
    detail: null,
    since: agent.statusSince,
    agentId: agent.id,
  };
  const recent = now - Date.parse(agent.statusSince) < pastEvent;
  if (agent.status === "blocked") {
    const action = { label: "Open terminal", href: terminalHref(agent.id) };
    return [
      { ...base, kind: "Agent blocked", rank: 0, tone: "amber", shape: "bar", action, acts: ["interrupt", "shutdown"] },
    ];
  }
  const output = { label: "Show output", href: agentHref(agent.id) };
  if (agent.status === "failed" && recent) {
    return [{ ...base, kind: "Spawn failed", rank: 1, tone: "red", shape: "cross", action: output, acts: ["restart"] }];
  }
  if (agent.status === "exited" && agent.statusReason?.kind === "crashed" && recent) {
    return [
      { ...base, kind: "Agent crashed", rank: 1, tone: "red", shape: "cross", action: output, acts: ["restart"] },
    ];
  }
  return [];
}

const stopsNow: readonly AttentionKind[] = ["Conflict", "Review requested", "Base checkout dirty"];

function kindOfWorkspace(workspace: WorkspaceRow): Pick<AttentionItem, "kind" | "tone"> | null {
  if (keepErrorInWords(workspace)) return { kind: "Not kept", tone: "red" };
  if (workspace.leftBehind) return { kind: "Work without owner", tone: "amber" };
  if (workspace.status === "conflict") return { kind: "Conflict", tone: "red" };
  if (workspace.status === "review_requested") return { kind: "Review requested", tone: "amber" };
  const dirty = workspace.status === "ready" && workspace.guidance.reason?.includes("base_checkout_dirty");
  return dirty ? { kind: "Base checkout dirty", tone: "amber" } : null;
}

function reasonOf(workspace: WorkspaceRow): string {
  const left = workspace.leftBehind ? leftInWords(workspace) : null;
  const inWork = left ? `Its agent ended and left ${left} that are not landed` : forPeople(workspace);
  return keepErrorInWords(workspace) ?? inWork;
}

function ofWorkspace(workspace: WorkspaceRow): AttentionItem[] {
  const found = kindOfWorkspace(workspace);
  if (!found) return [];
  const href = workspaceHref(workspace.id);
  return [
    {
      ...found,
      id: `workspace:${workspace.id}:${found.kind}`,
      rank: stopsNow.includes(found.kind) ? 0 : 2,
      shape: "bar",
      subject: `${lastPart(workspace.repoRoot)} · ${workspace.branch ?? workspace.id}`,
      href,
      reason: reasonOf(workspace),
      detail: null,
      since: workspace.guidance.since,
      action: { label: "Open workspace", href },
      acts: [],
      agentId: null,
    },
  ];
}

/** How many agents are named before the rest is counted. */
const named = 5;

/** Who is still on a host that was to be empty (HST-38). */
function stayingInWords({ staying }: NonNullable<Host["draining"]>, all: number): string {
  const names = staying.slice(0, named).map(({ name }) => name);
  const more = all > names.length ? ` and ${all - names.length} more` : "";
  return `${names.join(", ")}${more}`;
}

function ofHost(host: Host): AttentionItem[] {
  const href = hostHref(host.id);
  const base = {
    id: `host:${host.id}`,
    subject: host.id,
    href,
    rank: 2,
    tone: "amber",
    shape: "dash",
    detail: null,
    action: { label: "Open host", href },
    acts: [],
    agentId: null,
  } as const;
  const items: AttentionItem[] = [];
  if (host.state === "offline" && host.liveSessions > 0) {
    const reason = `${host.liveSessions} of its agents had not ended`;
    items.push({ ...base, kind: "Host offline", tone: "red", shape: "cross", reason, since: host.stateSince });
  }
  const { draining } = host;
  if (draining?.overdue) {
    const stay = count(host.liveSessions, "agent stays", "agents stay");
    items.push({
      ...base,
      id: `${base.id}:drain`,
      kind: "Host not empty",
      reason: `The deadline of its drain has passed and ${stay}: shut them down, or let the host take agents again`,
      detail: stayingInWords(draining, host.liveSessions),
      since: draining.deadlineAt ?? draining.since,
    });
  }
  const unknown = host.unknownSessions[0];
  if (host.state === "online" && unknown) {
    const reason = `${host.unknownSessions.length} on its private socket belong to no agent`;
    const since = unknown.startedAt ?? host.stateSince;
    items.push({ ...base, id: `${base.id}:unknown`, kind: "Unknown session", reason, since });
  }
  return items;
}

/** What a person is needed for and why: what stops work first, then what failed, then the rest; oldest first (CON-16). */
export function attention({ agents, workspaces, hosts, messages = [], now }: AttentionInput): AttentionItem[] {
  const recent = ({ rank, since }: AttentionItem) => rank === 0 || now - Date.parse(since) < pastEvent;
  return [
    ...agents.flatMap((agent) => [...ofAgent(agent, now), ...unended(agent)]),
    ...workspaces.flatMap(ofWorkspace),
    ...hosts.flatMap(ofHost),
    ...ofMessages(messages).filter(recent),
  ].toSorted((a, b) => a.rank - b.rank || Date.parse(a.since) - Date.parse(b.since));
}
