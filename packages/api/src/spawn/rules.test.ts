import { describe, expect, test } from "vitest";
import { type Candidate, chooseHost, directoryFor, lineageRefusal } from "./rules.ts";

const shell = {
  provider: "shell" as const,
  available: true,
  reason: null,
  version: "5",
  approvalModes: ["open" as const],
};
const host = (id: string, more: Partial<Candidate> = {}): Candidate => ({
  id,
  state: "online",
  draining: false,
  labels: [],
  baseDir: "/base",
  offers: [shell],
  live: 0,
  maxSessions: 10,
  lastSeenAt: "2026-01-01T00:00:00.000Z",
  ...more,
});
const wanted = { provider: "shell" as const };

describe("[SPN-12] [SPN-14] the host is chosen among candidates", () => {
  const deep = host("deep", { baseDir: "/base/deep" });
  test.each<[string, Candidate[], Parameters<typeof chooseHost>[1], string]>([
    ["the only one", [host("a")], wanted, "a"],
    ["the less loaded one", [host("a", { live: 5 }), host("b", { live: 1 })], wanted, "b"],
    ["the smaller id when equal", [host("b"), host("a")], wanted, "a"],
    ["the longest base directory that holds cwd", [host("a"), deep], { ...wanted, cwd: "/base/deep/x" }, "deep"],
    ["not an offline one", [host("a", { state: "offline" }), host("b", { live: 9 })], wanted, "b"],
    ["not a draining one", [host("a", { draining: true }), host("b", { live: 9 })], wanted, "b"],
    ["only a permitted one", [host("a"), host("b", { live: 9 })], { ...wanted, permitted: ["b"] }, "b"],
    ["one with every label", [host("a"), host("b", { live: 9, labels: ["gpu"] })], { ...wanted, labels: ["gpu"] }, "b"],
    ["[SPN-18] a full one that may be waited for", [host("a", { live: 10 })], { ...wanted, queue: true }, "a"],
    [
      "[SPN-20] that of an agent whose own directory it is",
      [host("a"), host("b", { baseDir: "/other" })],
      { ...wanted, cwd: "/worktrees/w/src", home: { host: "b", directory: "/worktrees/w" } },
      "b",
    ],
    ["one with room", [host("a", { live: 10 }), host("b", { live: 9 })], wanted, "b"],
  ])("%s", (_, hosts, want, expected) => {
    expect(chooseHost(hosts, want)).toEqual({ host: expected });
  });
});

describe("[SPN-13] a named host is used or refused, never replaced", () => {
  const named = { ...wanted, orchestratorId: "a" };
  test.each<[string, Candidate[], string, string, RegExp]>([
    ["unknown", [host("b")], "NotFound", "orchestratorId", /no host a/],
    ["offline", [host("a", { state: "offline" }), host("b")], "Conflict", "orchestratorId", /offline.*2026-01-01/],
    ["without a label", [host("a", { labels: ["x"] })], "Invalid", "labels", /lacks the label gpu; it has x/],
    ["draining", [host("a", { draining: true }), host("b")], "Conflict", "orchestratorId", /draining/],
    ["without the provider", [host("a", { offers: [] }), host("b")], "Invalid", "provider", /offers nothing/],
    [
      "with the provider unavailable",
      [host("a", { offers: [{ ...shell, available: false, reason: "bash not found" }] })],
      "Invalid",
      "provider",
      /bash not found/,
    ],
  ])("%s", (_, hosts, code, field, text) => {
    expect(chooseHost(hosts, text.source.includes("gpu") ? { ...named, labels: ["gpu"] } : named)).toEqual({
      refused: code,
      field,
      message: expect.stringMatching(text),
    });
  });
});

test("[SPN-15] a cwd in nobody's base directory is Invalid, naming the base directories", () => {
  expect(chooseHost([host("a")], { ...wanted, cwd: "/elsewhere" })).toEqual({
    refused: "Invalid",
    field: "cwd",
    message: "cwd /elsewhere lies in no host's base directory (a: /base)",
  });
});

test("[SPN-16] no candidate says what each online host offers, or that none is online", () => {
  expect(chooseHost([], wanted)).toMatchObject({
    refused: "NotFound",
    message: expect.stringContaining("no host is online"),
  });
  expect(chooseHost([host("a")], { provider: "claude" })).toMatchObject({
    message: expect.stringContaining("a offers shell"),
  });
});

test("[SPN-17] all full is QuotaReached, with host, live, maximum and remedies", () => {
  expect(chooseHost([host("a", { live: 10 })], wanted)).toMatchObject({
    refused: "QuotaReached",
    message: expect.stringMatching(/a is full: 10 of 10.*Shut one down/),
  });
});

describe("[SPN-20] cwd is normalised and lies below the base directory", () => {
  test.each<[string | undefined, object]>([
    [undefined, { cwd: "/base" }],
    ["repo", { cwd: "/base/repo" }],
    ["/base//repo/./x/../", { cwd: "/base/repo" }],
    ["/base/../etc", { refused: expect.stringContaining("/etc") }],
    ["/basement", { refused: expect.stringContaining("/basement") }],
    ["~/repo", { refused: expect.stringContaining("~") }],
    ["a\0b", { refused: expect.stringContaining("NUL") }],
  ])("%j", (cwd, expected) => {
    expect(directoryFor(cwd, "/base")).toEqual(expected);
  });

  test("[SPN-19] an agent's child starts in the agent's own directory, and may go below it", () => {
    expect(directoryFor(undefined, "/base", "/worktrees/a")).toEqual({ cwd: "/worktrees/a" });
    expect(directoryFor("/worktrees/a/src", "/base", "/worktrees/a")).toEqual({ cwd: "/worktrees/a/src" });
    expect(directoryFor("/worktrees/b", "/base", "/worktrees/a")).toHaveProperty("refused");
  });
});

test("[SPN-37] [SPN-38] children do not spawn, and a quota is a quota", () => {
  const asker = { parent: null, live: 1, quota: 2, topLevel: false };
  expect(lineageRefusal(asker)).toBeNull();
  expect(lineageRefusal({ ...asker, parent: "x" })).toMatchObject({ code: "Forbidden" });
  expect(lineageRefusal({ ...asker, live: 2 })).toMatchObject({
    code: "QuotaReached",
    message: expect.stringContaining("2/2"),
  });
});
