import { expect, test } from "vitest";
import { defaultSettings } from "../settings/definitions.ts";
import { dueFor, type Retained } from "./retention-rules.ts";

const now = new Date("2026-03-01T00:00:00.000Z");
const ago = (days: number) => new Date(now.getTime() - days * 86_400_000);
const one = (changed: Partial<Retained>): Retained => ({
  status: "abandoned",
  statusSince: ago(0),
  worktreePath: "/trees/ws_1",
  keptSha: null,
  keepFailed: false,
  ownerEndedAt: ago(400),
  closedAt: null,
  claimExpiresAt: null,
  ...changed,
});
const due = (changed: Partial<Retained>) => dueFor(one(changed), defaultSettings(), now);

test.each<[string, Partial<Retained>, ReturnType<typeof dueFor>]>([
  ["landed for less than a day", { status: "landed", statusSince: ago(0.9) }, null],
  ["landed for a day", { status: "landed", statusSince: ago(1) }, "remove"],
  ["abandoned for 6 days", { statusSince: ago(6.9) }, null],
  ["abandoned for a week", { statusSince: ago(7) }, "remove"],
  ["abandoned without a worktree", { statusSince: ago(70), worktreePath: null }, null],
  ["abandoned, its keeping failed", { statusSince: ago(1), keepFailed: true }, "keep"],
  ["abandoned for a week, its keeping failed", { statusSince: ago(7), keepFailed: true }, "remove"],
  ["in review, its pull request open", { status: "review_requested", statusSince: ago(90) }, null],
  ["in review, closed 2 days ago", { status: "review_requested", statusSince: ago(90), closedAt: ago(2) }, null],
  ["in review, closed 3 days ago", { status: "review_requested", statusSince: ago(90), closedAt: ago(3) }, "remove"],
  ["removed, kept for 29 days", { status: "removed", statusSince: ago(29), keptSha: "k" }, null],
  ["removed, kept for 30 days", { status: "removed", statusSince: ago(30), keptSha: "k" }, "remove_kept"],
  ["removed, with nothing kept any more", { status: "removed", statusSince: ago(300) }, null],
  ["failed, kept for 30 days", { status: "failed", statusSince: ago(30), keptSha: "k" }, "remove_kept"],
  ["ready", { status: "ready", statusSince: ago(300) }, null],
  ["landing", { status: "landing", statusSince: ago(300) }, null],
])("[WSP-66] %s", (_, changed, expected) => {
  expect(due(changed)).toBe(expected);
});

test("[WSP-66] what has an owner that lives, or is claimed, is left alone", () => {
  const old = { statusSince: ago(300) };
  expect(due(old)).toBe("remove");
  expect(due({ ...old, ownerEndedAt: null })).toBeNull();
  expect(due({ ...old, claimExpiresAt: new Date(now.getTime() + 1) })).toBeNull();
  expect(due({ ...old, claimExpiresAt: now })).toBe("remove");
});

test("[WSP-64] work that an ended agent left is given up a week after its end, or after it became active again", () => {
  const left = { status: "active" as const };
  expect(due({ ...left, statusSince: ago(30), ownerEndedAt: ago(6.9) })).toBeNull();
  expect(due({ ...left, statusSince: ago(30), ownerEndedAt: ago(7) })).toBe("abandon");
  expect(due({ ...left, statusSince: ago(1), ownerEndedAt: ago(30) })).toBeNull();
  expect(due({ ...left, statusSince: ago(30), ownerEndedAt: null })).toBeNull();
});

test("[WSP-66] every time is a setting", () => {
  const settings = { ...defaultSettings(), "workspaces.abandonedDays": 20, "workspaces.keptDays": 1 };
  expect(dueFor(one({ statusSince: ago(10) }), settings, now)).toBeNull();
  expect(dueFor(one({ status: "removed", statusSince: ago(1), keptSha: "k" }), settings, now)).toBe("remove_kept");
});
