import { existsSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { releaseAbandoned } from "./ref-lock.ts";
import { headBranchOf, moveRef, pointHead } from "./refs.ts";
import { makePlace, makeWorkspace, type Place } from "./testing.ts";

let place: Place;
beforeEach(async () => {
  place = await makePlace();
});
afterEach(() => place.remove());

/** A lock as a killed git leaves it, so many seconds ago, before or after it wrote where the ref is to go. */
function leaveLock(name: string, secondsAgo = 0, text = ""): string {
  const lock = join(place.repoRoot, ".git", `${name}.lock`);
  mkdirSync(dirname(lock), { recursive: true });
  writeFileSync(lock, text);
  const at = Date.now() / 1000 - secondsAgo;
  utimesSync(lock, at, at);
  return lock;
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
  const lock = leaveLock("refs/heads/main");
  expect(await releaseAbandoned(lock, { writes: "a".repeat(40), waitMs: 100 })).toBe(false);
  expect(existsSync(lock)).toBe(true);
});

test("[WSP-42] a lock on base is waited for until it has stood for a minute, and was then left behind", async () => {
  leaveLock("refs/heads/main", 50);
  expect(await move("refs/heads/main")).toBe(true);
});

test("[WSP-42] a lock on base with the commit that is being landed is our own killed git's", async () => {
  const next = await place.run(place.repoRoot, "commit-tree", "-p", "main", "-m", "next", "main^{tree}");
  const tip = await place.run(place.repoRoot, "rev-parse", "main");
  leaveLock("refs/heads/main", 0, `${next}\n`);
  expect(await moveRef(place.git, place.repoRoot, "refs/heads/main", next, tip, "test")).toBe(true);
});

test("[WSP-42] a lock that a killed git left on the HEAD of a worktree does not stop the naming of its branch", async () => {
  const { worktreePath, branch } = await makeWorkspace(place);
  await place.run(worktreePath, "branch", "another");
  leaveLock(`worktrees/${basename(await place.run(worktreePath, "rev-parse", "--git-dir"))}/HEAD`);
  await pointHead(place.git, worktreePath, "another", "test");
  expect(await headBranchOf(place.git, worktreePath)).toBe("another");
  await pointHead(place.git, worktreePath, branch, "test");
});
