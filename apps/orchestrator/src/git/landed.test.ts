import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { landHead, makePlace, makeWorkspace, type Place } from "./testing.ts";

let place: Place;
let tree: string;
beforeEach(async () => {
  place = await makePlace();
  tree = (await makeWorkspace(place)).worktreePath;
});
afterEach(() => place.remove());

const rev = (name: string) => place.run(place.repoRoot, "rev-parse", name);
const log = (range: string) => place.run(place.repoRoot, "log", "--reverse", "--format=%s", range);

describe("[WSP-43] what base already has", () => {
  test("commits that base holds by patch id count as landed", async () => {
    const ready = await place.commit(tree, { "new.txt": "n\n" });
    const oldTip = await place.commit(place.repoRoot, { "c.txt": "c\n" });
    await place.run(place.repoRoot, "cherry-pick", ready);
    const picked = await rev("main");
    await place.commit(place.repoRoot, { "new.txt": "changed since\n" });
    const result = await landHead(place, tree);
    expect(result).toMatchObject({ outcome: "landed", oldTip, newTip: picked, commits: 1 });
  });

  test("one commit that equals the whole change counts as landed", async () => {
    await place.commit(tree, { "new.txt": "n\n" });
    await place.commit(tree, { "b.txt": "B\n" });
    const oldTip = await place.commit(place.repoRoot, { "c.txt": "c\n" });
    const squashed = await place.commit(place.repoRoot, { "new.txt": "n\n", "b.txt": "B\n" }, "squashed by hand");
    expect(await landHead(place, tree)).toMatchObject({ outcome: "landed", oldTip, newTip: squashed });
  });

  test("commits merged by hand as they are count as landed", async () => {
    const oldTip = await rev("main");
    const ready = await place.commit(tree, { "new.txt": "n\n" });
    await place.run(place.repoRoot, "merge", "--quiet", "--ff-only", ready);
    expect(await landHead(place, tree)).toMatchObject({ outcome: "landed", oldTip, newTip: ready });
  });

  test("only what is missing lands", async () => {
    const first = await place.commit(tree, { "new.txt": "n\n" }, "one");
    await place.commit(tree, { "two.txt": "2\n" }, "two");
    await place.commit(place.repoRoot, { "c.txt": "c\n" }, "c");
    await place.run(place.repoRoot, "cherry-pick", first);
    expect(await landHead(place, tree)).toMatchObject({ outcome: "landed", commits: 1 });
    expect(await log("main")).toBe("first\nc\none\ntwo");
  });
});

describe("a change that contains merges", () => {
  test("lands the plain commits when they make up the whole", async () => {
    await place.commit(tree, { "new.txt": "n\n" }, "mine");
    await place.commit(place.repoRoot, { "c.txt": "c\n" }, "theirs");
    await place.run(tree, "merge", "--quiet", "--no-edit", "main");
    await place.commit(place.repoRoot, { "d.txt": "d\n" }, "theirs again");
    expect(await landHead(place, tree)).toMatchObject({ outcome: "landed", commits: 1 });
    expect(await log("main")).toBe("first\ntheirs\ntheirs again\nmine");
  });

  test("keeps what only the merge commit holds", async () => {
    await place.commit(tree, { "b.txt": "mine\n" }, "mine");
    await place.commit(place.repoRoot, { "b.txt": "theirs\n" }, "theirs");
    await place.run(tree, "merge", "--quiet", "main").catch(() => "");
    await place.commit(tree, { "b.txt": "both\n", "only-here.txt": "o\n" }, "merged");
    await place.commit(place.repoRoot, { "d.txt": "d\n" }, "theirs again");
    expect(await landHead(place, tree)).toMatchObject({ outcome: "landed", commits: 1 });
    expect(await place.read(place.repoRoot, "b.txt")).toBe("both\n");
    expect(await place.read(place.repoRoot, "only-here.txt")).toBe("o\n");
    expect(await place.run(place.repoRoot, "fsck", "--no-dangling")).toBe("");
  });
});
