import { mkdir, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { smallDisk } from "../../../test/small-disk.ts";
import { makeGit } from "../run.ts";
import { makePlace, makeWorkspace, type Place } from "../testing.ts";
import { type Keep, keep } from "./keep.ts";
import { removeKept } from "./remove.ts";
import { restore } from "./restore.ts";
import { keptRef } from "./state.ts";
import { photo } from "./testing.ts";

// Each asks git a hundred times, on a machine that may be busy.
vi.setConfig({ testTimeout: 240_000 });

let place: Place;
let tree: string;
let input: Keep;
beforeEach(async () => {
  place = await makePlace();
  const { worktreePath, branch, baseBranch } = await makeWorkspace(place);
  tree = worktreePath;
  const { repoRoot, worktreesDir } = place;
  input = { repoRoot, worktreesDir, workspaceId: "ws_1", worktreePath, branch, baseBranch };
});
afterEach(() => place.remove());

describe("[WSP-67] only a registered worktree of this workspace strictly under worktreesDir is removed", () => {
  const refused = async (changed: Partial<Keep>, why: RegExp) => {
    const error = await removeKept(place.git, { ...input, ...changed }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: "WorkspaceError", code: "not_ours", message: expect.stringMatching(why) });
  };

  test("not the main worktree, and not what is only linked to from there", async () => {
    await refused({ worktreePath: place.repoRoot }, /does not lie under/);
    await refused({ worktreePath: place.repoRoot, worktreesDir: place.root }, /is the main worktree/);
    const inside = join(place.worktreesDir, "inside");
    await symlink(place.repoRoot, inside);
    await refused({ worktreePath: inside }, /not a directory of its own/);
    expect(await place.read(place.repoRoot, "b.txt")).toBe("b\n");
  });

  test("not a directory out of it that a link makes look inside", async () => {
    const outside = join(place.root, "outside");
    await place.run(place.repoRoot, "worktree", "add", "--quiet", "--detach", join(outside, "ws_1"));
    await symlink(outside, join(place.worktreesDir, "way-out"));
    await refused({ worktreePath: join(place.worktreesDir, "way-out/ws_1") }, /does not lie under/);
    await refused({ worktreePath: join(place.worktreesDir, "..", "outside", "ws_1") }, /does not lie under/);
    expect(await place.read(join(outside, "ws_1"), "b.txt")).toBe("b\n");
  });

  test("not worktreesDir, not a plain directory, not another workspace's worktree, not a locked one", async () => {
    const other = await makeWorkspace(place, "ws_2", "claude-bbbbbb");
    await refused({ worktreePath: other.worktreePath }, /not the worktree of workspace ws_1/);
    await refused({ worktreePath: place.worktreesDir }, /does not lie under/);
    const plain = join(place.worktreesDir, "plain");
    await mkdir(plain);
    await writeFile(join(plain, "mine.txt"), "mine\n");
    await refused({ worktreePath: plain }, /is not a worktree/);
    expect(await place.read(plain, "mine.txt")).toBe("mine\n");
    await place.run(place.repoRoot, "worktree", "lock", tree);
    await refused({}, /locked/);
    expect(await place.read(tree, "b.txt")).toBe("b\n");
  });
});

test("[WSP-65] what was written after an earlier keeping is kept before the worktree goes", async () => {
  await place.write(tree, "one.txt", "1\n");
  const first = await keep(place.git, input);
  await place.write(tree, "two.txt", "2\n");
  const removed = await removeKept(place.git, input);
  expect(removed.commit).not.toBe(first.commit);
  expect(await removeKept(place.git, input), "a repeat changes nothing").toMatchObject({ commit: removed.commit });
  await restore(place.git, input);
  expect([await place.read(tree, "one.txt"), await place.read(tree, "two.txt")]).toEqual(["1\n", "2\n"]);
});

test("[WSP-65] a worktree in which something is at work stays, whole", async () => {
  let writes = 0;
  const busy = makeGit(place.env);
  const racing: typeof busy = async (cwd, args, options) => {
    if (args[0] === "update-index" && cwd === tree) await place.write(tree, "busy.txt", `${++writes}\n`.repeat(writes));
    return busy(cwd, args, options);
  };
  const error = await removeKept(racing, input).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: "not_kept", message: expect.stringMatching(/still at work/) });
  expect(await place.read(tree, "busy.txt")).toContain(`${writes}\n`);
  expect(await place.run(place.repoRoot, "for-each-ref", "refs/signalbox")).toBe("");
});

test("[WSP-65] an object that the disk damaged is found when it is read back, and nothing is removed", async () => {
  await place.commit(tree, { "good.txt": "good\n" }, "work");
  const blob = await place.run(tree, "rev-parse", "HEAD:good.txt");
  await place.write(place.root, "bad.txt", "something else\n");
  const bad = await place.run(tree, "hash-object", "-w", join(place.root, "bad.txt"));
  const objects = join(place.repoRoot, ".git/objects");
  const fileOf = (sha: string) => join(objects, sha.slice(0, 2), sha.slice(2));
  await rename(fileOf(bad), fileOf(blob));
  await expect(removeKept(place.git, input)).rejects.toThrow(new RegExp(`object ${blob} is damaged`));
  expect(await place.read(tree, "good.txt")).toBe("good\n");
});

test("[WSP-65] on a full disk nothing is kept, nothing is removed, and it can be done once there is room", async (ctx) => {
  const objects = join(place.repoRoot, ".git");
  await rename(objects, `${objects}-full`);
  await mkdir(objects);
  using disk = smallDisk(objects, "8m");
  ctx.skip(disk.why !== "", disk.why);
  await place.run(place.root, "init", "--quiet", join(place.root, "unused"));
  const { execa } = await import("execa");
  await execa("cp", ["-a", `${objects}-full/.`, objects]);
  await writeFile(
    join(tree, "big.bin"),
    Buffer.alloc(300_000, "x").map((_, n) => ((n * 31) % 251) ^ (n >> 8)),
  );
  const before = await photo(tree);
  disk.fill(8_192);
  await expect(removeKept(place.git, input)).rejects.toMatchObject({ code: "not_kept" });
  expect(await photo(tree)).toEqual(before);
  disk.empty();
  await removeKept(place.git, input);
  await restore(place.git, input);
  expect(await photo(tree)).toEqual(before);
});

describe("[WSP-70] a worktree that vanished", () => {
  test("has its branch's commits and what was staged kept, once", async () => {
    const head = await place.commit(tree, { "x.txt": "x\n" }, "work");
    await place.write(tree, "a.txt", "staged\n");
    await place.run(tree, "add", "a.txt");
    await rm(tree, { recursive: true });
    const { commit, state } = await keep(place.git, input);
    expect(state).toMatchObject({ vanished: true, tip: head, head });
    expect((await keep(place.git, input)).commit).toBe(commit);
    await removeKept(place.git, input);
    const { branch } = await restore(place.git, input);
    expect(branch).toBe("signalbox/claude-aaaaaa-1");
    expect(await place.run(tree, "log", "--format=%s", "main..HEAD")).toBe("work");
    expect([await place.status(tree), await place.read(tree, "a.txt")]).toEqual(["M  a.txt", "staged\n"]);
  });

  test("also when git forgot it meanwhile", async () => {
    await place.commit(tree, { "x.txt": "x\n" }, "work");
    await rm(tree, { recursive: true });
    await place.run(place.repoRoot, "worktree", "prune");
    expect((await keep(place.git, input)).state).toMatchObject({ vanished: true });
    await place.run(place.repoRoot, "branch", "--quiet", "-D", "signalbox/claude-aaaaaa-1");
    await restore(place.git, input);
    expect([await place.status(tree), await place.read(tree, "x.txt")]).toEqual(["", "x\n"]);
  });

  test("keeps what was kept before it, and takes newer commits to it", async () => {
    await place.write(tree, "loose.txt", "loose\n");
    const first = await keep(place.git, input);
    await place.commit(tree, { "x.txt": "x\n" }, "later");
    await rm(tree, { recursive: true });
    const second = await keep(place.git, input);
    expect(await place.run(place.repoRoot, "merge-base", first.commit, second.commit)).toBe(first.commit);
    expect(await place.run(place.repoRoot, "log", "-1", "--format=%s", second.commit, "--", "x.txt")).not.toBe("");
  });
});

describe("[WSP-68] names that are taken meanwhile", () => {
  test("a branch and a directory get new ones, and the answer says so", async () => {
    const head = await place.commit(tree, { "x.txt": "x\n" }, "work");
    await removeKept(place.git, input);
    await place.run(place.repoRoot, "branch", "signalbox/claude-aaaaaa-1", "main");
    await mkdir(tree);
    await writeFile(join(tree, "mine.txt"), "a person's\n");
    const restored = await restore(place.git, input);
    expect(restored).toMatchObject({
      worktreePath: `${tree}-2`,
      branch: "signalbox/claude-aaaaaa-2",
      headSha: head,
      renamed: { branch: "signalbox/claude-aaaaaa-1", worktreePath: tree },
    });
    expect(await place.run(`${tree}-2`, "symbolic-ref", "--short", "HEAD")).toBe("signalbox/claude-aaaaaa-2");
    expect(await place.status(`${tree}-2`)).toBe("");
    expect(await place.read(tree, "mine.txt")).toBe("a person's\n");
    expect(await restore(place.git, input)).toEqual(restored);
  });

  test("without a kept ref there is nothing to restore", async () => {
    await expect(restore(place.git, { ...input, workspaceId: "ws_none" })).rejects.toMatchObject({
      code: "nothing_kept",
    });
  });
});

test("[WSP-65] the ref of one workspace is never another's", () => {
  expect([keptRef("ws_1"), keptRef("ws_10")]).toEqual(["refs/signalbox/kept/ws_1", "refs/signalbox/kept/ws_10"]);
});

test("[WSP-65] nothing of the removed worktree is left on the disk", async () => {
  await removeKept(place.git, input);
  await expect(stat(tree)).rejects.toMatchObject({ code: "ENOENT" });
  const left = await place.run(place.repoRoot, "worktree", "list");
  expect(left.split("\n").length).toBe(1);
  expect(await place.run(place.repoRoot, "branch", "--list", "signalbox/*")).toBe("");
});
