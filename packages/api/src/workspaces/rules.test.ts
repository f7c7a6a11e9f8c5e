import { describe, expect, test } from "vitest";
import type { WorkspaceStatus } from "../contracts/index.ts";
import { guidanceOf, nextLandings, phaseOf, retryDelayMs, type Waiting, workspacesOf } from "./rules.ts";

const now = new Date("2026-01-01T00:10:00.000Z");
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute));
const one = (id: string, more: Partial<Waiting> = {}): Waiting => ({
  id,
  repository: "a:/repo",
  baseBranch: "main",
  orchestratorId: "a",
  status: "ready",
  readyAt: at(1),
  retryAt: null,
  ...more,
});

describe("[WSP-31] the next landing of each queue", () => {
  const all = () => true;
  test.each<[string, Waiting[], string[][]]>([
    ["in the order of ready, together", [one("b", { readyAt: at(2) }), one("a")], [["a", "b"]]],
    ["none while one runs", [one("a", { status: "landing" }), one("b")], []],
    ["queues of different repositories at once", [one("a"), one("b", { repository: "a:/other" })], [["a"], ["b"]]],
    ["queues of different base branches at once", [one("a"), one("b", { baseBranch: "next" })], [["a"], ["b"]]],
    [
      "not before its next try; the one behind it goes on",
      [one("a", { retryAt: at(11) }), one("b", { readyAt: at(5) })],
      [["b"]],
    ],
    ["again when its time has come", [one("a", { retryAt: at(10) })], [["a"]]],
  ])("%s", (_, waiting, expected) => {
    expect(nextLandings(waiting, now, all, () => 8)).toEqual(expected);
  });

  test("[WSP-36] no more at once than the repository's batch takes, the first in the queue", () => {
    const queue = Array.from({ length: 10 }, (_, i) => one(`w${i}`, { readyAt: at(i) }));
    const ids = (size: number) => nextLandings(queue.toReversed(), now, all, () => size);
    expect(ids(8)).toEqual([["w0", "w1", "w2", "w3", "w4", "w5", "w6", "w7"]]);
    expect(ids(1)).toEqual([["w0"]]);
  });

  test("[WSP-40] a host that is away pauses its queues", () => {
    expect(
      nextLandings(
        [one("a")],
        now,
        () => false,
        () => 8,
      ),
    ).toEqual([]);
  });
});

test("[WSP-40] three more tries after 10, 60 and 300 s, then a person", () => {
  expect([1, 2, 3, 4].map(retryDelayMs)).toEqual([10_000, 60_000, 300_000, null]);
});

describe("[WSP-18] guidance is a pure function of the workspace", () => {
  const workspace = (status: WorkspaceStatus, metadata = {}) => ({
    status,
    metadata,
    branch: "signalbox/x-1",
    baseBranch: "main",
    ahead: 2,
    statusSince: "2026-01-01T00:00:00.000Z",
  });
  test("ready, landing and review_requested say the same: wait", () => {
    const [a, b, c] = (["ready", "landing", "review_requested"] as const).map((status) =>
      guidanceOf(workspace(status)),
    );
    expect(a).toEqual(b);
    expect(b).toEqual(c);
    expect(a).toMatchObject({ phase: "handed_off", actionNeeded: false });
  });
  test("a conflict names its files and asks for action", () => {
    const guidance = guidanceOf(workspace("conflict", { conflictFiles: ["a.txt"] }));
    expect(guidance).toMatchObject({
      phase: "conflict",
      actionNeeded: true,
      meaning: expect.stringContaining("a.txt"),
    });
  });
  test("[WSP-38] a red check names itself and how it ended, and asks the owner to mend it", () => {
    const red = { checksFailed: { check: "unit tests", how: "timeout after 600 s" } };
    expect(guidanceOf(workspace("active", red))).toMatchObject({
      phase: "working",
      reason: "checks_failed",
      actionNeeded: true,
      meaning: expect.stringMatching(/"unit tests".*timeout after 600 s/),
      nextStep: expect.stringContaining("relay_workspace_ready"),
    });
  });
  test.each(["landed", "abandoned", "removed", "failed"] as const)("%s says that it is over", (status) => {
    expect(guidanceOf(workspace(status))).toMatchObject({ phase: "over", nextStep: "Nothing to do here." });
  });
});

test("the workspaces of a landing's command, also of one from before there were batches", () => {
  const change = { worktreePath: "/w", branch: "b", commit: "c", agentId: null, recycle: false };
  const changes = ["ws_1", "ws_2"].map((workspaceId) => ({ ...change, workspaceId }));
  const params = JSON.stringify({ repoRoot: "/r", baseBranch: "main", changes, checks: [], checkRetries: 0 });
  expect(workspacesOf({ params, workspaceId: "ws_1" })).toEqual(["ws_1", "ws_2"]);
  expect(workspacesOf({ params: JSON.stringify({ workspaceId: "ws_3" }), workspaceId: "ws_3" })).toEqual(["ws_3"]);
});

test("[WSP-20] ready and landing count as one status for a wait", () => {
  expect(phaseOf("ready")).toBe(phaseOf("landing"));
  expect(phaseOf("active")).not.toBe(phaseOf("ready"));
});
