import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { diffOf } from "./diff.ts";
import { removeKept } from "./kept/remove.ts";
import { photo } from "./kept/testing.ts";
import { landHead, makePlace, makeWorkspace, type Place } from "./testing.ts";

// Each asks git a hundred times, on a machine that may be busy.
vi.setConfig({ testTimeout: 240_000 });

let place: Place;
let tree: string;
beforeEach(async () => {
  place = await makePlace();
  tree = (await makeWorkspace(place)).worktreePath;
});
afterEach(() => place.remove());

const input = () => ({ repoRoot: place.repoRoot, workspaceId: "ws_1", worktreePath: tree, baseBranch: "main" });
const removed = () => {
  const { repoRoot, worktreesDir } = place;
  const branch = "signalbox/claude-aaaaaa-1";
  return removeKept(place.git, { ...input(), repoRoot, worktreesDir, branch, baseBranch: "main" });
};

test("[WSP-69] commits, uncommitted and untracked files against the merge base, also from what is kept", async () => {
  await place.commit(tree, { "a.txt": "one\nTWO\nthree\n", 'sub/näw "q".txt': "new\n" }, "work");
  await place.run(tree, "mv", "b.txt", "moved.txt");
  await place.write(tree, "loose.txt", "loose\n");
  await writeFile(join(tree, "bin"), Buffer.from([0, 1, 2]));
  await place.commit(place.repoRoot, { "base.txt": "somebody else's\n" });
  const before = await photo(tree);
  const found = await diffOf(place.git, input());
  expect(await photo(tree)).toEqual(before);
  expect(found).toMatchObject({ from: "worktree", truncated: false });
  const brief = found.files.map(({ path, oldPath, added, removed: gone }) => [path, oldPath, added, gone]);
  expect(brief).toEqual([
    ["a.txt", null, 1, 1],
    ["bin", null, null, null],
    ["loose.txt", null, 1, 0],
    ["moved.txt", "b.txt", 0, 0],
    ['sub/näw "q".txt', null, 1, 0],
  ]);
  expect(found.files[0]?.text).toContain("-two\n+TWO\n");
  expect(found.files[4]?.text).toContain("+new\n");
  await removed();
  const kept = await diffOf(place.git, input());
  expect(kept.from).toBe("kept");
  expect(kept.base).toBe(found.base);
  expect(kept.files.map(({ path, oldPath, added, removed: gone }) => [path, oldPath, added, gone])).toEqual(brief);
});

test("[WSP-69] a change that has landed is still shown from what is kept", async () => {
  await place.commit(tree, { "a.txt": "landed\n" }, "work");
  await landHead(place, tree, { recycle: false });
  await removed();
  const { files } = await diffOf(place.git, input());
  expect(files.map(({ path }) => path)).toEqual(["a.txt"]);
});

test("[WSP-69] at most 300 files and 1 MiB, and it says that there is more", async () => {
  for (let n = 0; n < 310; n++) await writeFile(join(tree, `${String(n).padStart(3, "0")}.txt`), "x\n");
  const many = await diffOf(place.git, input());
  expect([many.files.length, many.truncated]).toEqual([300, true]);
  await place.run(tree, "clean", "--quiet", "--force");
  for (let n = 0; n < 9; n++) await writeFile(join(tree, `${n}.txt`), "0123456789abcde\n".repeat(9_000));
  await writeFile(join(tree, "huge.txt"), "0123456789abcde\n".repeat(20_000));
  const large = await diffOf(place.git, input());
  const texts = large.files.map(({ text }) => Buffer.byteLength(text ?? ""));
  expect(texts.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(1024 * 1024);
  expect(large).toMatchObject({ truncated: true });
  expect(large.files.find(({ path }) => path === "huge.txt")).toMatchObject({ added: 20_000, text: null });
});

test("[WSP-69] nothing there and nothing kept is said", async () => {
  await expect(diffOf(place.git, { ...input(), workspaceId: "ws_none", worktreePath: null })).rejects.toMatchObject({
    code: "nothing_kept",
  });
});
