import { expect, test } from "vitest";
import { canAbandon, canRestore, comesBackInWords, keepErrorInWords, leftInWords } from "./kept-words.ts";

const workspace = {
  status: "active" as const,
  mode: "isolated" as const,
  keptSha: null,
  worktreePath: "/trees/ws_1",
  branch: "signalbox/x-1",
  ahead: 2,
  dirtyFiles: 1,
  metadata: {},
};

test("[CON-35] what can be given up, and what can be brought back", () => {
  expect(canAbandon(workspace)).toBe(true);
  for (const status of ["landing", "landed", "abandoned", "removed", "failed"] as const)
    expect(canAbandon({ ...workspace, status })).toBe(false);
  expect(canAbandon({ ...workspace, mode: "shared" })).toBe(false);
  expect(canRestore(workspace)).toBe(false);
  expect(canRestore({ ...workspace, status: "abandoned" })).toBe(true);
  expect(canRestore({ ...workspace, status: "removed" })).toBe(false);
  expect(canRestore({ ...workspace, status: "removed", keptSha: "k" })).toBe(true);
  expect(canRestore({ ...workspace, status: "failed", keptSha: "k", mode: "shared" })).toBe(false);
});

test("[CON-61] what is not landed, what comes back, and what went wrong are said in words", () => {
  expect(leftInWords(workspace)).toBe("2 commits and 1 uncommitted or untracked file");
  expect(leftInWords({ ...workspace, ahead: 0, dirtyFiles: 0 })).toBeNull();
  const kept = { ...workspace, status: "removed" as const, keptSha: "k" };
  expect(comesBackInWords({ ...kept, metadata: { keptWork: { words: "1 commit, 2 untracked files" } } })).toMatch(
    /^On signalbox\/x-1 come back: 1 commit, 2 untracked files; .*ignores.* were not kept\.$/,
  );
  expect(comesBackInWords({ ...kept, status: "abandoned" })).toMatch(/still stands/);
  expect(keepErrorInWords(workspace)).toBeNull();
  expect(keepErrorInWords({ ...workspace, metadata: { keepError: { what: "removed", message: "disk full" } } })).toBe(
    "It could not be removed, so nothing was removed: disk full",
  );
});
