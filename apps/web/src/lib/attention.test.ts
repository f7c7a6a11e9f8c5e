import { expect, test } from "vitest";
import { attention } from "./attention.ts";
import type { AgentCard, Host, WorkspaceRow } from "./types.ts";

const now = Date.parse("2026-01-02T12:00:00.000Z");
const hoursAgo = (hours: number) => new Date(now - hours * 3_600_000).toISOString();
const agent = (part: Partial<AgentCard>) =>
  ({ id: "shell-aaaaaa", name: "a", statusReason: null, statusSince: hoursAgo(1), ...part }) as AgentCard;
const workspace = (status: WorkspaceRow["status"], reason?: string) =>
  ({
    id: `ws_${status}`,
    repoRoot: "/srv/app",
    branch: "work/a",
    status,
    statusSince: hoursAgo(3),
    metadata: { waiting: { reason, checkout: "/srv/app", files: ["a.txt"] } },
    guidance: {
      phase: "handed_off",
      meaning: "It waits",
      nextStep: "Look",
      actionNeeded: false,
      since: hoursAgo(3),
      reason,
    },
  }) as Partial<WorkspaceRow> as WorkspaceRow;
const host = (part: Partial<Host>) =>
  ({
    id: "host-a",
    state: "online",
    stateSince: hoursAgo(2),
    liveSessions: 0,
    unknownSessions: [],
    draining: null,
    ...part,
  }) as Host;
const kinds = (part: Partial<Parameters<typeof attention>[0]>) =>
  attention({ agents: [], workspaces: [], hosts: [], now, ...part }).map(({ kind }) => kind);

test("[CON-15] blocked, failed and crashed agents need a person; those that finished do not", () => {
  const agents = [
    agent({ status: "blocked" }),
    agent({ status: "failed" }),
    agent({ status: "exited", statusReason: { kind: "crashed", exitCode: 3 } }),
    agent({ status: "exited", statusReason: { kind: "completed" } }),
    agent({ status: "idle" }),
  ];
  expect(kinds({ agents })).toEqual(["Agent blocked", "Spawn failed", "Agent crashed"]);
});

test("[CON-15] a blocked agent says what it waits for and since when, and leads to its terminal", () => {
  const statusReason = { kind: "permission", text: "run npm publish?" };
  const [item] = attention({
    agents: [agent({ status: "blocked", statusReason, statusSince: hoursAgo(2) })],
    workspaces: [],
    hosts: [],
    now,
  });
  expect(item).toMatchObject({
    kind: "Agent blocked",
    reason: "asks for permission: run npm publish?",
    since: hoursAgo(2),
    action: { label: "Open terminal", href: "/agents/shell-aaaaaa?tab=terminal" },
    acts: ["interrupt", "shutdown"],
  });
});

test("[HST-33] an agent that was not shut down in time needs a person, whatever it does", () => {
  const shutdownFailure = { since: hoursAgo(1), text: "host-a did not end shell-aaaaaa: not taken in time" };
  const items = attention({
    agents: [agent({ status: "busy", shutdownFailure }), agent({ id: "shell-bbbbbb", status: "busy" })],
    workspaces: [],
    hosts: [],
    now,
  });
  expect(items).toMatchObject([
    { kind: "Agent not shut down", reason: shutdownFailure.text, since: hoursAgo(1), acts: ["shutdown"] },
  ]);
});

test("[CON-15] conflicts, requested reviews and a dirty base checkout need a person", () => {
  const workspaces = [
    workspace("conflict"),
    workspace("review_requested"),
    workspace("ready", "base_checkout_dirty"),
    workspace("ready"),
    workspace("active"),
  ];
  expect(kinds({ workspaces })).toEqual(["Conflict", "Review requested", "Base checkout dirty"]);
});

test("[CON-15] [WSP-64] [WSP-65] work that an ended agent left, and work that could not be kept, need a person, with what and why", () => {
  const left = { ...workspace("active"), leftBehind: true, ahead: 2, dirtyFiles: 0 };
  const keepError = { what: "removed", message: "no space left on device" };
  const refused = { ...workspace("abandoned"), id: "ws_2", metadata: { keepError } };
  const items = attention({ agents: [], workspaces: [left, refused], hosts: [], now });
  expect(items).toMatchObject([
    { kind: "Work without owner", reason: "Its agent ended and left 2 commits that are not landed", rank: 2 },
    { kind: "Not kept", reason: "It could not be removed, so nothing was removed: no space left on device", rank: 2 },
  ]);
});

test("[CON-15] a host that is offline needs a person only when its agents live", () => {
  expect(kinds({ hosts: [host({ state: "offline", liveSessions: 2 })] })).toEqual(["Host offline"]);
  expect(kinds({ hosts: [host({ state: "offline" }), host({})] })).toEqual([]);
});

test("[HST-38, CON-14] a drain past its deadline names host and agents, since then, until the host is empty", () => {
  const staying = Array.from({ length: 7 }, (_, n) => ({
    agentId: `shell-${n}`,
    name: `w${n}`,
    status: "idle" as const,
  }));
  const drain = { since: hoursAgo(5), by: "Ada", deadlineAt: hoursAgo(1), overdue: true, staying };
  const items = (draining: Host["draining"], liveSessions: number) =>
    attention({ agents: [], workspaces: [], hosts: [host({ draining, liveSessions })], now });
  expect(items(drain, 7)).toMatchObject([
    {
      kind: "Host not empty",
      subject: "host-a",
      since: hoursAgo(1),
      reason: expect.stringContaining("7 agents stay"),
      detail: "w0, w1, w2, w3, w4 and 2 more",
      action: { label: "Open host", href: "/hosts/host-a" },
    },
  ]);
  expect(items({ ...drain, overdue: false, staying: [] }, 0)).toEqual([]);
});

test("[CON-16] what stops work comes first, then what failed, then the rest; oldest first", () => {
  const agents = [
    agent({ status: "failed", statusSince: hoursAgo(20) }),
    agent({ status: "blocked", statusSince: hoursAgo(1) }),
    agent({ status: "blocked", name: "older", statusSince: hoursAgo(5) }),
  ];
  const hosts = [host({ state: "offline", liveSessions: 1, stateSince: hoursAgo(23) })];
  const items = attention({ agents, workspaces: [], hosts, now });
  expect(items.map(({ subject, kind }) => `${kind} ${subject}`)).toEqual([
    "Agent blocked older",
    "Agent blocked a",
    "Spawn failed a",
    "Host offline host-a",
  ]);
});

test("[CON-17] a failure goes after 24 hours", () => {
  expect(kinds({ agents: [agent({ status: "failed", statusSince: hoursAgo(25) })] })).toEqual([]);
  expect(kinds({ agents: [agent({ status: "blocked", statusSince: hoursAgo(25) })] })).toEqual(["Agent blocked"]);
});
