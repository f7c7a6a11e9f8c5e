import { expect, test } from "vitest";
import { kindInWords, outcomeOf, subjectsOf } from "./activity.ts";
import type { ActivityRecord } from "./types.ts";

const record = (part: Partial<ActivityRecord>) =>
  ({
    clientId: "x:1",
    kind: "state",
    view: "agents",
    actor: "anna",
    agentId: null,
    meta: null,
    metadata: {},
    ...part,
  }) as ActivityRecord;

test("[CON-47] a kind that the console does not know keeps its raw name", () => {
  expect(kindInWords("denied")).toBe("Refusal");
  expect(kindInWords("teleported")).toBe("teleported");
});

test.each<[string, Partial<ActivityRecord>, string, string]>([
  ["a command", { metadata: { outcome: "succeeded" } }, "Succeeded", "green"],
  ["a command that ran out", { metadata: { outcome: "expired" } }, "Ran out of time", "red"],
  ["a refused tool call", { kind: "tool", metadata: { outcome: "Forbidden" } }, "Forbidden", "red"],
  ["a refusal", { kind: "denied", metadata: { count: 1 } }, "Refused", "amber"],
  ["a repeated refusal", { kind: "denied", metadata: { count: 12 } }, "Refused 12 times", "amber"],
  [
    "a start that failed",
    { clientId: "agent-end:a", metadata: { kind: "session_died", exitCode: 3 } },
    "Failed",
    "red",
  ],
  ["an end", { clientId: "agent-end:a", metadata: { kind: "completed", exitCode: 0 } }, "Finished", "grey"],
  [
    "a bad end",
    { clientId: "agent-end:a", metadata: { kind: "completed", exitCode: 2 } },
    "Finished, exit code 2",
    "red",
  ],
  ["a landing that waits", { kind: "landing", metadata: { outcome: "base_checkout_dirty" } }, "Waits", "amber"],
  ["anything else was done", { kind: "setting" }, "Done", "grey"],
])("[CON-47] the outcome of %s", (_, part, word, tone) => {
  expect(outcomeOf(record(part))).toMatchObject({ word, tone });
});

test("[CON-47] [CON-11] the subjects of a record are what it links to, but for who did it", () => {
  expect(subjectsOf(record({ agentId: "shell-aaaaaa", meta: "host-a" }))).toEqual([
    { type: "agent", id: "shell-aaaaaa" },
    { type: "host", id: "host-a" },
  ]);
  expect(
    subjectsOf(record({ agentId: "shell-aaaaaa", actor: "shell-aaaaaa", metadata: { workspaceId: "ws_1" } })),
  ).toEqual([{ type: "workspace", id: "ws_1" }]);
  expect(subjectsOf(record({ view: "profiles", metadata: { profile: "docs" } }))).toEqual([
    { type: "profile", id: "docs" },
  ]);
});
