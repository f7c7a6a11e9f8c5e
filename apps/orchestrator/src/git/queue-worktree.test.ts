import { EventEmitter, once } from "node:events";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createSerial } from "../serial.ts";
import { gitDirOf, present } from "./git-dir.ts";
import { removeIdleQueues } from "./idle-queues.ts";
import type { ToCheck } from "./land.ts";
import { queuePathOf } from "./names.ts";
import { queueWorktree, removeQueueWorktree } from "./queue-worktree.ts";
import { checked, landHead, makePlace, makeWorkspace, type Place } from "./testing.ts";
import { listWorktrees } from "./worktrees.ts";

let place: Place;
let first: string;
let second: string;
beforeEach(async () => {
  place = await makePlace();
  first = await place.run(place.repoRoot, "rev-parse", "HEAD");
  second = await place.commit(place.repoRoot, { "c.txt": "c\n", "a.txt": "changed\n" });
});
afterEach(() => place.remove());

const queue = () => ({ repoRoot: place.repoRoot, worktreesDir: place.worktreesDir, baseBranch: "main" });
const at = async (commit: string) => {
  const path = await queueWorktree(place.git, queue(), commit);
  expect(await place.run(path, "status", "--porcelain", "--ignored")).toBe("");
  expect(await place.run(path, "rev-parse", "HEAD")).toBe(commit);
  expect(await place.run(path, "branch", "--show-current")).toBe("");
  return path;
};

test("[WSP-32] the queue's worktree is detached, kept, and only differences are checked out", async () => {
  const path = await at(first);
  expect(path).toBe(queuePathOf(place.worktreesDir, place.repoRoot, "main"));
  const before = (await import("node:fs")).statSync(join(path, "b.txt")).ino;
  expect(await at(second)).toBe(path);
  expect((await import("node:fs")).statSync(join(path, "b.txt")).ino).toBe(before);
});

describe("[WSP-32] what an earlier landing left is gone at the next", () => {
  test.each<[string, (path: string, gitDir: string) => Promise<unknown>]>([
    [
      "changed, staged, untracked and ignored files",
      async (path) => {
        await place.write(path, "a.txt", "left");
        await place.write(path, "staged.txt", "left");
        await place.run(path, "add", "staged.txt");
        await place.write(path, "x.log", "left");
        await place.write(path, "made/by/checks", "left");
        await place.run(path, "init", "--quiet", "nested");
      },
    ],
    [
      "a directory that may not be written",
      async (path) => {
        await place.write(path, "closed/file", "left");
        await chmod(join(path, "closed"), 0o500);
      },
    ],
    ["a branch checked out", (path) => place.run(path, "switch", "--quiet", "--create", "stray")],
    ["a merge in progress", (path) => place.run(path, "merge", "--quiet", "--no-ff", "--no-commit", second)],
    ["the lock of a killed git", (_, gitDir) => writeFile(join(gitDir, "index.lock"), "half")],
    ["an index that is no index", (_, gitDir) => writeFile(join(gitDir, "index"), "rubbish")],
    ["no index", (_, gitDir) => rm(join(gitDir, "index"))],
    ["no .git", (path) => rm(join(path, ".git"))],
    ["no directory", (path) => rm(path, { recursive: true })],
    ["no registration", (_, gitDir) => rm(gitDir, { recursive: true })],
    [
      "half a registration",
      async (path, gitDir) => {
        await rm(path, { recursive: true });
        await rm(join(gitDir, "gitdir"));
        await rm(join(gitDir, "HEAD"));
      },
    ],
    [
      "a plain file in its place",
      async (path) => {
        await rm(path, { recursive: true });
        await writeFile(path, "file");
      },
    ],
  ])("%s", async (_, damage) => {
    const path = await at(first);
    await damage(path, (await gitDirOf(path))!);
    await at(second);
    expect((await listWorktrees(place.git, place.repoRoot)).map((worktree) => worktree.path)).toEqual([
      place.repoRoot,
      path,
    ]);
  });
});

test("[WSP-32] a check sees exactly the commit that is to land, and nothing of the one before", async () => {
  const { worktreePath } = await makeWorkspace(place);
  const seen: string[] = [];
  const check = async ({ directory }: ToCheck) => {
    seen.push(await place.run(directory, "status", "--porcelain", "--ignored"), await place.read(directory, "new.txt"));
    await place.write(directory, "x.log", "made by a check");
    await place.write(directory, "new.txt", "changed by a check");
    return checked(true);
  };
  for (const text of ["1", "2"]) {
    await place.commit(worktreePath, { "new.txt": text });
    expect(await landHead(place, worktreePath, { check })).toMatchObject({ outcome: "landed" });
  }
  expect(seen).toEqual(["", "1", "", "2"]);
});

test("[WSP-32] it goes after an hour without a landing, not while one is at it, and comes back with the next", async () => {
  const path = await at(first);
  const inTurn = createSerial();
  const { worktreesDir } = place;
  const idle = (minutes: number) =>
    removeIdleQueues(place.git, { worktreesDir, inTurn, now: Date.now() + minutes * 60_000 });
  expect(await idle(59)).toEqual([]);
  const over = new EventEmitter();
  const landing = inTurn(basename(path), () => once(over, "landed"));
  const removing = idle(61);
  expect(await present(path)).toBe(true);
  over.emit("landed");
  await landing;
  expect(await removing).toEqual([path]);
  expect([await present(path), (await listWorktrees(place.git, place.repoRoot)).length]).toEqual([false, 1]);
  expect(await idle(61)).toEqual([]);
  expect(await at(second)).toBe(path);
});

test("removing it removes directory and registration; twice is fine; a worktree elsewhere is refused", async () => {
  const path = await at(first);
  await removeQueueWorktree(place.git, queue());
  await removeQueueWorktree(place.git, queue());
  expect(await present(path)).toBe(false);
  expect(await listWorktrees(place.git, place.repoRoot)).toHaveLength(1);
});

test("queues of branches that look alike have worktrees of their own", async () => {
  const paths = ["a/b", "a-b", "a b", "-a-b"].map((branch) => queuePathOf("/w", "/r", branch));
  expect(new Set(paths).size).toBe(4);
  await mkdir(place.worktreesDir, { recursive: true });
});
