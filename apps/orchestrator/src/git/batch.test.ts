import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { land, type ToCheck } from "./land.ts";
import type { Change, ChangeOutcome } from "./outcome.ts";
import { changeOf, checked, landInput, makePlace, makeWorkspace, type Place } from "./testing.ts";

let place: Place;
let trees: string[];
beforeEach(async () => {
  place = await makePlace();
  trees = [];
});
afterEach(() => place.remove());

/** A workspace with one commit of these files, named by its place: `ws_0`, `ws_1`, … */
async function ready(files: Record<string, string>): Promise<Change> {
  const n = trees.length;
  const { worktreePath } = await makeWorkspace(place, `ws_${n}`, `claude-aaaa${n}x`);
  await place.commit(worktreePath, files, `change ${n}`);
  trees.push(worktreePath);
  return changeOf(place, worktreePath, { id: `ws_${n}` });
}
const readyAll = async (all: Record<string, string>[]) => {
  const changes: Change[] = [];
  for (const files of all) changes.push(await ready(files));
  return changes;
};

const log = () => place.run(place.repoRoot, "log", "--reverse", "--format=%s", "main");
const rev = (name: string) => place.run(place.repoRoot, "rev-parse", name);
const outcomes = (all: ChangeOutcome[]) => all.map(({ outcome }) => outcome);

/** A check that is red where a file is there that spoils it; notes each commit that it looked at, and whose changes were in it. */
function spoiledBy(file: string, also?: () => Promise<unknown>) {
  const runs: ToCheck[] = [];
  const check = async (what: ToCheck) => {
    expect(await place.run(what.directory, "rev-parse", "HEAD")).toBe(what.commit);
    runs.push(what);
    await also?.();
    return checked(!(await place.run(what.directory, "ls-files")).split("\n").includes(file));
  };
  return { runs, check };
}

test("[WSP-36] [WSP-39] several changes land as one stack with one check and one move of base, each its own commits", async () => {
  const changes = await readyAll([{ "0.txt": "0\n" }, { "1.txt": "1\n" }, { "2.txt": "2\n" }]);
  const oldTip = await place.commit(place.repoRoot, { "c.txt": "c\n" }, "base");
  const { runs, check } = spoiledBy("none");
  const result = await land(place.git, landInput(place, changes, { check }));
  const newTip = await rev("main");
  const batch = ["ws_0", "ws_1", "ws_2"];
  const checks = checked(true).checks;
  const tips = [await rev("main~2"), await rev("main~1"), newTip];
  expect(result).toMatchObject(
    tips.map((tip) => ({ outcome: "landed", oldTip, newTip, tip, commits: 1, batch, checks, recycleBlocked: null })),
  );
  expect(runs).toMatchObject([{ commit: newTip, changes: batch }]);
  expect(await log()).toBe("first\nbase\nchange 0\nchange 1\nchange 2");
  expect((await place.run(place.repoRoot, "reflog", "--format=%gs", "main")).split("\n")[0]).toContain("ws_1");
  expect(await place.status(place.repoRoot)).toBe("");
  for (const [n, tree] of trees.entries()) {
    expect(await place.run(tree, "rev-parse", "HEAD")).toBe(newTip);
    expect(await place.run(tree, "branch", "--show-current")).toBe(`signalbox/claude-aaaa${n}x-2`);
  }
});

describe("[WSP-36] [WSP-38] a red change leaves the queue, the longest green beginning before it lands, the rest comes again", () => {
  test.each([0, 1, 4, 6, 7])("of eight, number %i is red", async (culprit) => {
    const files = Array.from({ length: 8 }, (_, n) => ({ [n === culprit ? "spoiled.txt" : `${n}.txt`]: `${n}\n` }));
    const changes = await readyAll(files);
    const base = await rev("main");
    const { runs, check } = spoiledBy("spoiled.txt");
    const result = await land(place.git, landInput(place, changes, { check }));
    expect(outcomes(result)).toEqual(
      files.map((_, n) => (n < culprit ? "landed" : n === culprit ? "checks_failed" : "again")),
    );
    expect(runs.length).toBeLessThanOrEqual(2 + Math.log2(8));
    const red = runs.find(({ changes: ids }) => ids.length === culprit + 1);
    expect(result[culprit]).toEqual({
      outcome: "checks_failed",
      commit: red?.commit,
      base,
      checks: checked(false).checks,
    });
    const tip = await rev("main");
    expect(await log()).toBe(["first", ...files.slice(0, culprit).map((_, n) => `change ${n}`)].join("\n"));
    // What landed is a commit that was tested; what did not land is in its worktree as it was.
    if (culprit > 0) expect(runs.map(({ commit }) => commit)).toContain(tip);
    for (const change of changes.slice(culprit)) {
      expect(await place.run(change.worktreePath, "rev-parse", "HEAD")).toBe(change.commit);
      expect(await place.run(change.worktreePath, "branch", "--show-current")).toBe(change.branch);
    }
  });
});

test("[WSP-37] what conflicts with the stack alone comes again, what conflicts with base is a conflict; the others land", async () => {
  const changes = await readyAll([
    { "b.txt": "mine\n" },
    { "new.txt": "1\n" },
    { "new.txt": "2\n" },
    { "3.txt": "3\n" },
  ]);
  await place.commit(place.repoRoot, { "b.txt": "theirs\n" }, "base");
  const { runs, check } = spoiledBy("none");
  const result = await land(place.git, landInput(place, changes, { check }));
  expect(result).toMatchObject([
    { outcome: "conflict", files: ["b.txt"] },
    { outcome: "landed" },
    { outcome: "again" },
    { outcome: "landed" },
  ]);
  expect(runs).toMatchObject([{ changes: ["ws_1", "ws_3"] }]);
  const next = await land(place.git, landInput(place, [changes[2]!], { check }));
  expect(next).toEqual([{ outcome: "conflict", files: ["new.txt"] }]);
  expect(await log()).toBe("first\nbase\nchange 1\nchange 3");
});

test("[WSP-35] what a dirty checkout of base would not let follow waits; what does not overlap lands", async () => {
  const changes = await readyAll([{ "b.txt": "B\n" }, { "1.txt": "1\n" }]);
  await place.write(place.repoRoot, "b.txt", "a person's\n");
  const { runs, check } = spoiledBy("none");
  const result = await land(place.git, landInput(place, changes, { check }));
  expect(result).toMatchObject([
    { outcome: "base_checkout_dirty", checkout: place.repoRoot, files: ["b.txt"] },
    { outcome: "landed", batch: ["ws_1"] },
  ]);
  expect(runs).toMatchObject([{ changes: ["ws_1"] }]);
  expect(await place.status(place.repoRoot)).toBe(" M b.txt");
  expect(await place.read(place.repoRoot, "b.txt")).toBe("a person's\n");
});

test("[WSP-33] base that moves in the middle of a bisection: the stack is built anew, and what lands was tested on the new tip", async () => {
  const changes = await readyAll([{ "0.txt": "0\n" }, { "spoiled.txt": "1\n" }, { "2.txt": "2\n" }]);
  const { runs, check } = spoiledBy("spoiled.txt", async () => {
    if (runs.length === 2) await place.commit(place.repoRoot, { "c.txt": "c\n" }, "meanwhile");
  });
  const result = await land(place.git, landInput(place, changes, { check }));
  expect(outcomes(result)).toEqual(["landed", "checks_failed", "again"]);
  expect(await log()).toBe("first\nmeanwhile\nchange 0");
  const tested = runs.slice(2).map(({ commit }) => commit);
  expect(tested).toContain(await rev("main"));
  for (const { commit } of runs.slice(2))
    expect(await place.run(place.repoRoot, "log", "--format=%s", commit)).toContain("meanwhile");
});

test("[WSP-33] [WSP-11] base that moves under every check: after the runs that the deadline has room for the changes go back", async () => {
  const changes = await readyAll([{ "0.txt": "0\n" }]);
  let n = 0;
  const { runs, check } = spoiledBy("none", () => place.commit(place.repoRoot, { "c.txt": `${n++}` }, "meanwhile"));
  expect(await land(place.git, landInput(place, changes, { check }))).toEqual([{ outcome: "again" }]);
  expect(runs).toHaveLength(3);
  expect(await log()).toBe("first\nmeanwhile\nmeanwhile\nmeanwhile");
});

test("[WSP-40] a change that git fails at is no matter of the others", async () => {
  const changes = await readyAll([{ "0.txt": "0\n" }, { "1.txt": "1\n" }]);
  const missing = "0123456789012345678901234567890123456789";
  const result = await land(place.git, landInput(place, [{ ...changes[0]!, commit: missing }, changes[1]!]));
  expect(result).toMatchObject([{ outcome: "failed" }, { outcome: "landed" }]);
  expect(await log()).toBe("first\nchange 1");
});

test("two changes that are the same patch land once, and both are over", async () => {
  const changes = await readyAll([{ "same.txt": "s\n" }, { "same.txt": "s\n" }]);
  expect(outcomes(await land(place.git, landInput(place, changes)))).toEqual(["landed", "again"]);
  expect(outcomes(await land(place.git, landInput(place, [changes[1]!])))).toEqual(["landed"]);
  expect(await log()).toBe("first\nchange 0");
});

test("[WSP-42] [WSP-39] called again after base has moved, also by another command: each with the checks that ran, nothing twice", async () => {
  const changes = await readyAll([{ "0.txt": "0\n" }, { "1.txt": "1\n" }]);
  const { runs, check } = spoiledBy("none");
  const killed = new Error("killed");
  const onProgress = async ({ step }: { step: string }) => {
    if (step === "landed") throw killed;
  };
  await expect(land(place.git, landInput(place, changes, { check, onProgress }))).rejects.toBe(killed);
  const newTip = await rev("main");
  const second = await land(place.git, landInput(place, [changes[1]!, changes[0]!], { check }));
  const checks = checked(true).checks;
  expect(second).toMatchObject([
    { outcome: "landed", newTip, tip: newTip, batch: ["ws_0", "ws_1"], checks },
    { outcome: "landed", newTip, tip: await rev("main~1"), checks },
  ]);
  expect(runs).toHaveLength(1);
  expect(await log()).toBe("first\nchange 0\nchange 1");
});
