import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { headBranchOf, moveRef, pointHead } from "./refs.ts";
import { makePlace, makeWorkspace, type Place } from "./testing.ts";

let place: Place;
beforeEach(async () => {
  place = await makePlace();
});
afterEach(() => place.remove());

/** A lock as a killed git leaves it, so many seconds ago. */
function leaveLock(name: string, secondsAgo = 0): void {
  const lock = join(place.repoRoot, ".git", `${name}.lock`);
  mkdirSync(dirname(lock), { recursive: true });
  writeFileSync(lock, "");
  const at = Date.now() / 1000 - secondsAgo;
  utimesSync(lock, at, at);
}

const move = async (ref: string) => {
  const tip = await place.run(place.repoRoot, "rev-parse", "main");
  const from = ref === "refs/heads/main" ? tip : "0".repeat(40);
  const to =
    from === tip ? await place.run(place.repoRoot, "commit-tree", "-p", tip, "-m", "next", "main^{tree}") : tip;
  return moveRef(place.git, place.repoRoot, ref, to, from, "test");
};

test("[WSP-42] a lock that a killed git left on a branch of ours does not stop the next landing", async () => {
  leaveLock("refs/heads/signalbox/claude-aaaaaa-2");
  expect(await move("refs/heads/signalbox/claude-aaaaaa-2")).toBe(true);
});

test("[WSP-40] a fresh lock on base is somebody's, and is left alone", async () => {
  leaveLock("refs/heads/main");
  await expect(move("refs/heads/main")).rejects.toThrow(/refs\/heads\/main/);
});

test("[WSP-42] a lock on base that has stood for a minute was left behind", async () => {
  leaveLock("refs/heads/main", 61);
  expect(await move("refs/heads/main")).toBe(true);
});

test("[WSP-42] a lock that a killed git left on the HEAD of a worktree does not stop the naming of its branch", async () => {
  const { worktreePath, branch } = await makeWorkspace(place);
  await place.run(worktreePath, "branch", "another");
  leaveLock(`worktrees/${basename(await place.run(worktreePath, "rev-parse", "--git-dir"))}/HEAD`);
  await pointHead(place.git, worktreePath, "another", "test");
  expect(await headBranchOf(place.git, worktreePath)).toBe("another");
  await pointHead(place.git, worktreePath, branch, "test");
});
