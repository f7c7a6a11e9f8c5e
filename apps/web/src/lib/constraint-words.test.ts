import { Constraints } from "@signalbox/api/contracts";
import { expect, test } from "vitest";
import { constraintsInWords } from "./constraint-words.ts";

test("[CON-48] every constraint is told in words", () => {
  const all = {
    agents: ["claude-k3f9q2"],
    orchestrators: ["host-a", "host-b"],
    cwd: "/srv",
    cwdPrefixes: ["/srv/app", "/srv/lib"],
    policies: ["nightly"],
    spawnRequestIds: ["sp_1"],
    targets: ["claude-a", "claude-b", "claude-c"],
    channels: ["main"],
    spawnedBy: "claude-k3f9q2",
    parentAgents: ["claude-k3f9q2"],
    maxSpawnedAgents: 2,
    terminalAttach: false,
    logsRead: false,
    canDelegate: true,
    expiresAt: "2026-01-01T00:00:00.000Z",
  };
  expect(Object.keys(all).toSorted()).toEqual(Object.keys(Constraints.shape).toSorted());
  expect(constraintsInWords(all)).toEqual([
    "Speaks as claude-k3f9q2",
    "Only on host-a or host-b",
    "Only in /srv and below",
    "Only in /srv/app or /srv/lib and below",
    "Only for managed agent nightly",
    "Only for spawn request sp_1",
    "Sends only to claude-a, claude-b or claude-c",
    "Only in channel main",
    "Child of claude-k3f9q2",
    "Child of claude-k3f9q2",
    "At most 2 live children",
    "Terminals are view-only",
    "No logs",
  ]);
});

test("an empty list allows nothing, an absent one does not restrict", () => {
  expect(constraintsInWords({ orchestrators: [], cwdPrefixes: [], agents: [], maxSpawnedAgents: 0 })).toEqual([
    "On no host",
    "In no directory",
    "Speaks as nobody",
    "No live children",
  ]);
  expect(constraintsInWords({ terminalAttach: true, logsRead: true })).toEqual([]);
  expect(constraintsInWords({ agents: ["a", "b"] })).toEqual(["May send as a or b"]);
});

test("a constraint unknown to this console is shown as it is", () => {
  expect(constraintsInWords({ moon: ["full"] } as never)).toEqual(['moon: ["full"]']);
});
