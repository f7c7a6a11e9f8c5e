import { rm } from "node:fs/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CreatedWorktree } from "./create.ts";
import { inspectWorktree } from "./inspect.ts";
import { makePlace, makeWorkspace, type Place } from "./testing.ts";

let place: Place;
let made: CreatedWorktree;
beforeEach(async () => {
  place = await makePlace();
  made = await makeWorkspace(place);
});
afterEach(() => place.remove());
const inspect = (changed: { maxFiles?: number } = {}) =>
  inspectWorktree(place.git, { repoRoot: place.repoRoot, ...made, ...changed });

test("[WSP-10] a fresh worktree is clean and level with base", async () => {
  expect(await inspect()).toEqual({
    exists: true,
    headSha: made.baseSha,
    branch: made.branch,
    ahead: 0,
    behind: 0,
    dirty: [],
    dirtyCount: 0,
    inProgress: null,
  });
});

test("[WSP-10] [WSP-23] distance from base and every kind of uncommitted file", async () => {
  const headSha = await place.commit(made.worktreePath, { "new.txt": "n" });
  await place.commit(place.repoRoot, { "c.txt": "1" });
  await place.commit(place.repoRoot, { "c.txt": "2" });
  const odd = "-odd name\nof file";
  await place.write(made.worktreePath, odd, "u");
  await place.write(made.worktreePath, "a.txt", "edited");
  await place.write(made.worktreePath, "b.txt", "staged");
  await place.run(made.worktreePath, "add", "b.txt");
  await place.run(made.worktreePath, "mv", "new.txt", "moved.txt");
  await place.write(made.worktreePath, "x.log", "ignored");
  const seen = await inspect();
  expect(seen).toMatchObject({ headSha, ahead: 1, behind: 2, dirtyCount: 5 });
  expect(seen.dirty).toEqual([
    { path: "a.txt", kind: "unstaged" },
    { path: "b.txt", kind: "staged" },
    { path: "moved.txt", kind: "staged" },
    { path: "new.txt", kind: "staged" },
    { path: odd, kind: "untracked" },
  ]);
  expect(await inspect({ maxFiles: 2 })).toMatchObject({ dirtyCount: 5, dirty: [{}, {}] });
});

test("an operation in progress and its unmerged files", async () => {
  await place.commit(made.worktreePath, { "b.txt": "mine" });
  await place.commit(place.repoRoot, { "b.txt": "theirs" });
  await expect(place.run(made.worktreePath, "rebase", "main")).rejects.toThrow();
  const seen = await inspect();
  expect(seen).toMatchObject({ inProgress: "rebase", branch: null, dirty: [{ path: "b.txt", kind: "unmerged" }] });
});

test("[WSP-70] of a worktree that is gone the branch's commits are still told", async () => {
  const headSha = await place.commit(made.worktreePath, { "new.txt": "n" });
  await rm(made.worktreePath, { recursive: true });
  expect(await inspect()).toMatchObject({ exists: false, headSha, ahead: 1, dirtyCount: 0 });
});

test("a repository around the place of a vanished worktree is not taken for it", async () => {
  await rm(`${made.worktreePath}/.git`);
  await place.run(place.root, "init", "--quiet");
  expect(await inspect()).toMatchObject({ exists: false, headSha: made.baseSha });
});
