import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { land, type ToCheck } from "./land.ts";
import { changeOf, checked, landHead, landInput, makePlace, makeWorkspace, type Place } from "./testing.ts";

let place: Place;
let tree: string;
beforeEach(async () => {
  place = await makePlace();
  tree = (await makeWorkspace(place)).worktreePath;
});
afterEach(() => place.remove());

const rev = (name: string, cwd = place.repoRoot) => place.run(cwd, "rev-parse", name);
const log = (range: string) => place.run(place.repoRoot, "log", "--reverse", "--format=%s", range);

test("[WSP-33] a change on the tip of base lands as the very commit that was ready, and the checkout follows", async () => {
  const ready = await place.commit(tree, { "new.txt": "n\n", "b.txt": "B\n" });
  const oldTip = await rev("main");
  const steps: string[] = [];
  const result = await landHead(place, tree, { onProgress: async ({ step }) => void steps.push(step) });
  expect(result).toEqual({
    outcome: "landed",
    oldTip,
    newTip: ready,
    tip: ready,
    commits: 1,
    batch: ["ws_1"],
    checks: null,
    recycled: { branch: "signalbox/claude-aaaaaa-2", baseSha: ready, headSha: ready },
    recycleBlocked: null,
  });
  expect(steps).toEqual(["rebased", "landed", "recycled"]);
  expect(await rev("main")).toBe(ready);
  expect(await place.status(place.repoRoot)).toBe("");
  expect(await place.read(place.repoRoot, "b.txt")).toBe("B\n");
  expect(await place.run(place.repoRoot, "reflog", "-1", "--format=%gs", "main")).toContain("signalbox: land ws_1");
});

test("[WSP-32] a change behind base is rebased commit by commit; author and message stay, nothing else is touched", async () => {
  await place.commit(tree, { "new.txt": "n\n" }, "add new\n\nwith a body — ü");
  const ready = await place.commit(tree, { "a.txt": "one\ntwo\nTHREE\n" }, "shout");
  const oldTip = await place.commit(place.repoRoot, { "a.txt": "ONE\ntwo\nthree\n" }, "other");
  const result = await landHead(place, tree);
  expect(result).toMatchObject({ outcome: "landed", oldTip, commits: 2 });
  expect(await log(`${oldTip}..main`)).toBe("add new\nshout");
  expect(await place.read(place.repoRoot, "a.txt")).toBe("ONE\ntwo\nTHREE\n");
  const text = (name: string) => place.run(place.repoRoot, "log", "-1", "--format=%an %ae %at %B", name);
  expect(await text("main~1")).toBe(await text(`${ready}~1`));
  expect(await rev("main^{tree}")).toBe(await rev("HEAD^{tree}", tree));
});

test("the same change upon the same tip gives the same hash", async () => {
  const ready = await place.commit(tree, { "new.txt": "n\n" });
  const oldTip = await place.commit(place.repoRoot, { "c.txt": "c\n" });
  const first = await landHead(place, tree);
  await place.run(place.repoRoot, "reset", "--quiet", "--hard", oldTip);
  const again = await landHead(place, tree, { commit: ready });
  expect(again).toMatchObject({ outcome: "landed", newTip: (first as { newTip: string }).newTip });
});

test("[WSP-41] later commits, uncommitted and untracked files stay in the recycled worktree", async () => {
  const ready = await place.commit(tree, { "new.txt": "n\n" });
  await place.commit(tree, { "later.txt": "l\n" }, "later");
  await place.write(tree, "b.txt", "unstaged\n");
  await place.write(tree, "staged.txt", "s\n");
  await place.run(tree, "add", "staged.txt");
  await place.write(tree, "loose.txt", "u\n");
  const before = await place.status(tree);
  await place.commit(place.repoRoot, { "c.txt": "c\n" });
  const result = await landHead(place, tree, { commit: ready });
  const newTip = await rev("main");
  expect(result).toMatchObject({
    outcome: "landed",
    recycled: { branch: "signalbox/claude-aaaaaa-2", baseSha: newTip },
  });
  expect(await place.status(tree)).toBe(before);
  expect(await log(`main..signalbox/claude-aaaaaa-2`)).toBe("later");
  expect(await rev("HEAD~1", tree)).toBe(newTip);
  expect(await place.read(tree, "c.txt")).toBe("c\n");
  expect(await place.read(tree, "b.txt")).toBe("unstaged\n");
});

describe("[WSP-41] recycling that needs a decision leaves the worktree as it was", () => {
  const landAndLook = async (ready: string) => {
    const before = { status: await place.status(tree), head: await rev("HEAD", tree) };
    const result = await landHead(place, tree, { commit: ready });
    expect({ status: await place.status(tree), head: await rev("HEAD", tree) }).toEqual(before);
    expect(await place.run(tree, "symbolic-ref", "--short", "HEAD")).toBe("signalbox/claude-aaaaaa-1");
    expect(await place.run(place.repoRoot, "for-each-ref", "--format=%(refname:short)", "refs/heads/signalbox")).toBe(
      "signalbox/claude-aaaaaa-1",
    );
    return result;
  };

  test("uncommitted changes that overlap", async () => {
    const ready = await place.commit(tree, { "new.txt": "n\n" });
    await place.commit(place.repoRoot, { "b.txt": "base\n" });
    await place.write(tree, "b.txt", "mine\n");
    expect(await landAndLook(ready)).toMatchObject({
      outcome: "landed",
      recycled: null,
      recycleBlocked: expect.stringContaining("b.txt"),
    });
  });

  test("later commits that conflict", async () => {
    const ready = await place.commit(tree, { "new.txt": "n\n" });
    await place.commit(tree, { "b.txt": "mine\n" });
    await place.commit(place.repoRoot, { "b.txt": "base\n" });
    expect(await landAndLook(ready)).toMatchObject({
      recycled: null,
      recycleBlocked: expect.stringContaining("b.txt"),
    });
  });

  test("a merge in progress", async () => {
    const ready = await place.commit(tree, { "new.txt": "n\n" });
    await place.commit(place.repoRoot, { "c.txt": "c\n" });
    await place.run(tree, "merge", "--no-commit", "--no-ff", "main");
    expect(await landAndLook(ready)).toMatchObject({
      recycled: null,
      recycleBlocked: expect.stringContaining("merge"),
    });
  });
});

test("[WSP-41] a worktree that is gone does not undo the landing", async () => {
  await place.commit(tree, { "new.txt": "n\n" });
  const input = landInput(place, [await changeOf(place, tree)]);
  await rm(tree, { recursive: true });
  expect(await land(place.git, input)).toMatchObject([
    { outcome: "landed", recycled: null, recycleBlocked: expect.stringContaining("gone") },
  ]);
});

test("[WSP-47] the landed branch goes; one with commits that are not on base stays", async () => {
  const first = await place.commit(tree, { "new.txt": "n\n" });
  await landHead(place, tree);
  await expect(rev("signalbox/claude-aaaaaa-1")).rejects.toThrow();
  const ready = await place.commit(tree, { "two.txt": "2\n" });
  await place.commit(tree, { "later.txt": "l\n" });
  await landHead(place, tree, { commit: ready });
  expect(await rev("signalbox/claude-aaaaaa-2~1")).toBe(ready);
  expect(await rev("HEAD~1", tree)).toBe(await rev("main"));
  expect(await rev("main~1")).toBe(first);
});

test("a workspace that is not to be recycled keeps its worktree and branch", async () => {
  const ready = await place.commit(tree, { "new.txt": "n\n" });
  const result = await landHead(place, tree, { recycle: false });
  expect(result).toMatchObject({ outcome: "landed", recycled: null, recycleBlocked: null });
  expect(await rev("signalbox/claude-aaaaaa-1")).toBe(ready);
});

test("[WSP-54] a conflict names the files and moves nothing", async () => {
  const odd = "dir with space/new\nline";
  await place.commit(place.repoRoot, { [odd]: "1\n", "-dash": "1\n" });
  await place.run(tree, "merge", "--quiet", "--ff-only", "main");
  await place.commit(tree, { [odd]: "mine\n", "-dash": "mine\n", "b.txt": "B\n" });
  const tip = await place.commit(place.repoRoot, { [odd]: "theirs\n", "-dash": "theirs\n" });
  const head = await rev("HEAD", tree);
  const result = await landHead(place, tree);
  expect(result).toEqual({ outcome: "conflict", files: ["-dash", odd] });
  expect([await rev("main"), await rev("HEAD", tree)]).toEqual([tip, head]);
  expect([await place.status(place.repoRoot), await place.status(tree)]).toEqual(["", ""]);
});

test("[WSP-24] nothing ahead of base is nothing to land", async () => {
  await place.commit(place.repoRoot, { "c.txt": "c\n" });
  expect(await landHead(place, tree)).toEqual({ outcome: "nothing_to_land" });
});

test("a missing base and an unrelated history are typed", async () => {
  await place.commit(tree, { "new.txt": "n\n" });
  await expect(landHead(place, tree, { baseBranch: "-x" })).rejects.toMatchObject({ code: "base_missing" });
  await place.run(tree, "checkout", "--quiet", "--orphan", "other");
  await place.commit(tree, { "new.txt": "n\n" });
  expect(await landHead(place, tree)).toMatchObject({
    outcome: "failed",
    message: expect.stringMatching(/no history in common with main/),
  });
});

describe("[WSP-33] the swap is lost to somebody else", () => {
  test("who commits during the checks: the landing starts again from the new tip, and that is what is checked", async () => {
    await place.commit(tree, { "new.txt": "n\n" });
    const tested: string[] = [];
    const check = async ({ directory, commit }: ToCheck) => {
      if (tested.length === 0) await place.commit(place.repoRoot, { "c.txt": "c\n" }, "meanwhile");
      expect(await place.run(directory, "rev-parse", "HEAD")).toBe(commit);
      tested.push(commit);
      return checked(true);
    };
    const result = await landHead(place, tree, { check });
    expect(result).toMatchObject({ outcome: "landed", newTip: tested[1] });
    expect(tested).toHaveLength(2);
    expect(await rev("main")).toBe(tested[1]);
    expect(await log("main")).toBe("first\nmeanwhile\nchange");
  });

  test("again and again: it is given up with an error that says so", async () => {
    await place.commit(tree, { "new.txt": "n\n" });
    let n = 0;
    const onProgress = async () => void (await place.commit(place.repoRoot, { "c.txt": `${n++}` }));
    await expect(landHead(place, tree, { onProgress })).rejects.toMatchObject({ step: "move base" });
    expect(n).toBe(20);
    expect(await place.status(place.repoRoot)).toBe("");
  });
});

test("what a check throws ends the landing, and nothing has moved", async () => {
  await place.commit(tree, { "new.txt": "n\n" });
  const tip = await rev("main");
  const check = async () => {
    throw new Error("red");
  };
  await expect(landHead(place, tree, { check })).rejects.toThrow("red");
  expect(await rev("main")).toBe(tip);
});

test("names with spaces, line breaks, leading dashes and odd bytes land and leave a clean checkout", async () => {
  const names = ["-rf", "a b/c d", "new\nline", "ünï", '"quoted"', "*.glob", ":(top)magic"];
  await place.commit(tree, Object.fromEntries(names.map((name) => [name, name])));
  await place.commit(place.repoRoot, { "c.txt": "c\n" });
  expect(await landHead(place, tree)).toMatchObject({ outcome: "landed" });
  expect(await place.status(place.repoRoot)).toBe("");
  for (const name of names) expect(await place.read(place.repoRoot, name)).toBe(name);
  expect(await place.status(tree)).toBe("");
});

test("a repository whose path has spaces and line breaks", async () => {
  const odd = await makePlace("-a b\nc");
  const { worktreePath } = await makeWorkspace(odd);
  await odd.commit(worktreePath, { "new.txt": "n\n" });
  expect(await landHead(odd, worktreePath)).toMatchObject({
    outcome: "landed",
    recycled: { branch: expect.any(String) },
  });
  expect(await odd.status(join(odd.repoRoot))).toBe("");
  await odd.remove();
});

test("a bare repository whose base is checked out in a linked worktree", async () => {
  const [bare, linked] = [join(place.root, "bare.git"), join(place.root, "linked")];
  await place.run(place.root, "clone", "--quiet", "--bare", place.repoRoot, bare);
  await place.run(bare, "worktree", "add", "--quiet", linked, "main");
  const { worktreePath } = await makeWorkspace({ ...place, repoRoot: bare }, "ws_9");
  await place.commit(worktreePath, { "new.txt": "n\n" });
  expect(await landHead({ ...place, repoRoot: bare }, worktreePath)).toMatchObject({ outcome: "landed", commits: 1 });
  expect(await place.status(linked)).toBe("");
  expect(await place.read(linked, "new.txt")).toBe("n\n");
});
