import { chmod, mkdir, rm, symlink, unlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { landHead, makePlace, makeWorkspace, type Place } from "./testing.ts";

let place: Place;
let root: string;
let tree: string;
beforeEach(async () => {
  place = await makePlace();
  root = place.repoRoot;
  tree = (await makeWorkspace(place)).worktreePath;
});
afterEach(() => place.remove());

// The change of every test: edits b.txt, removes a.txt, adds new.txt, deep/er.txt and forced.log.
async function change() {
  await place.run(tree, "rm", "--quiet", "a.txt");
  await place.commit(tree, { "b.txt": "B\n", "new.txt": "n\n", "deep/er.txt": "d\n", "forced.log": "landed\n" });
}

async function refused(files: string[], operation: string | null = null, checkout = root) {
  await change();
  const before = { tip: await place.run(root, "rev-parse", "main"), status: await place.status(checkout) };
  const branches = await place.run(root, "for-each-ref");
  expect(await landHead(place, tree)).toEqual({ outcome: "base_checkout_dirty", checkout, files, operation });
  expect({ tip: await place.run(root, "rev-parse", "main"), status: await place.status(checkout) }).toEqual(before);
  expect(await place.run(root, "for-each-ref")).toBe(branches);
}

describe("[WSP-34] a change in the checkout of base that the landing would touch: nothing moves", () => {
  test("unstaged", async () => {
    await place.write(root, "b.txt", "mine\n");
    await refused(["b.txt"]);
    expect(await place.read(root, "b.txt")).toBe("mine\n");
  });

  test("staged, and staged then edited", async () => {
    await place.write(root, "b.txt", "staged\n");
    await place.run(root, "add", "b.txt");
    await place.write(root, "b.txt", "edited\n");
    await refused(["b.txt"]);
    expect(await place.run(root, "show", ":b.txt")).toBe("staged");
  });

  test("deleted without being staged", async () => {
    await unlink(join(root, "b.txt"));
    await refused(["b.txt"]);
  });

  test("edited where the landing removes", async () => {
    await place.write(root, "a.txt", "mine\n");
    await refused(["a.txt"]);
  });

  test("made executable", async () => {
    await chmod(join(root, "b.txt"), 0o755);
    await refused(["b.txt"]);
  });

  test("untracked where the landing adds, also an ignored file", async () => {
    await place.write(root, "new.txt", "mine\n");
    await place.write(root, "forced.log", "precious\n");
    await refused(["forced.log", "new.txt"]);
    expect(await place.read(root, "forced.log")).toBe("precious\n");
  });

  test("an untracked file where the landing needs a directory, and the reverse", async () => {
    await place.write(root, "deep", "mine\n");
    await place.write(root, "new.txt/inside.log", "mine\n");
    await refused(["deep", "new.txt/inside.log"]);
  });

  test("an untracked link in place of a directory", async () => {
    await symlink("/tmp", join(root, "deep"));
    await refused(["deep"]);
  });

  test.each(["--assume-unchanged", "--skip-worktree"])("hidden from git by %s", async (flag) => {
    await place.run(root, "update-index", flag, "b.txt");
    await place.write(root, "b.txt", "mine\n");
    await refused(["b.txt"]);
    expect(await place.read(root, "b.txt")).toBe("mine\n");
  });

  test("in a linked worktree that has base checked out", async () => {
    const linked = join(place.root, "linked tree");
    await place.run(root, "switch", "--quiet", "--create", "elsewhere");
    await place.run(root, "worktree", "add", "--quiet", linked, "main");
    await place.write(linked, "b.txt", "mine\n");
    await refused(["b.txt"], null, linked);
  });
});

describe("[WSP-34] an operation in progress in the checkout of base: nothing moves", () => {
  const other = async () => {
    await place.commit(root, { "c.txt": "c\n" });
    await place.run(root, "branch", "other");
    await place.commit(root, { "c.txt": "ours\n" });
    await place.run(root, "switch", "--quiet", "other");
    await place.commit(root, { "c.txt": "theirs\n" });
    await place.run(root, "switch", "--quiet", "main");
  };

  test.each([
    ["merge", ["merge", "other"]],
    ["rebase", ["rebase", "other"]],
    ["cherry-pick", ["cherry-pick", "other"]],
    ["revert", ["revert", "--no-edit", "HEAD~1"]],
  ])("%s", async (operation, args) => {
    await other();
    if (operation === "revert") await place.commit(root, { "c.txt": "again\n" });
    await expect(place.run(root, ...args)).rejects.toThrow();
    await refused([], operation);
  });

  test("bisect", async () => {
    await place.commit(root, { "c.txt": "c" });
    await place.commit(root, { "c.txt": "cc" });
    await place.run(root, "bisect", "start", "HEAD", "HEAD~2");
    await refused([], "bisect");
  });

  test("unmerged entries that a stash left", async () => {
    await place.write(root, "c.txt", "c");
    await place.commit(root, { "c.txt": "c" });
    await place.write(root, "c.txt", "stashed");
    await place.run(root, "stash");
    await place.commit(root, { "c.txt": "other" });
    await expect(place.run(root, "stash", "pop")).rejects.toThrow();
    await refused(["c.txt"]);
  });
});

describe("[WSP-34] a checkout of base without overlapping changes follows and keeps them", () => {
  const landsKeeping = async (checkout = root) => {
    await change();
    const before = await place.status(checkout);
    expect(await landHead(place, tree)).toMatchObject({ outcome: "landed" });
    expect(await place.status(checkout)).toBe(before);
    expect(await place.read(checkout, "b.txt")).toBe("B\n");
    expect(await place.run(checkout, "rev-parse", "HEAD")).toBe(await place.run(root, "rev-parse", "main"));
  };

  test("staged, unstaged, deleted, untracked and ignored ones", async () => {
    await place.commit(root, { "c.txt": "c\n", "d.txt": "d\n", "e.txt": "e\n" });
    await place.write(root, "c.txt", "staged\n");
    await place.run(root, "add", "c.txt");
    await place.write(root, "c.txt", "edited\n");
    await place.write(root, "d.txt", "edited\n");
    await unlink(join(root, "e.txt"));
    await place.write(root, "own/loose.txt", "u\n");
    await place.write(root, "deep/x.log", "ignored\n");
    await landsKeeping();
    expect(await place.run(root, "show", ":c.txt")).toBe("staged");
    expect(await place.read(root, "deep/x.log")).toBe("ignored\n");
  });

  test("a clean one whose files were only touched", async () => {
    await utimes(join(root, "b.txt"), 1, 1);
    await landsKeeping();
    expect(await place.status(root)).toBe("");
  });

  test("a rebase of another branch does not stop base", async () => {
    await place.run(root, "switch", "--quiet", "--create", "topic");
    await place.commit(root, { "a.txt": "mine\n" });
    await place.run(root, "branch", "other", "main");
    await place.run(root, "switch", "--quiet", "other");
    await place.commit(root, { "a.txt": "other\n" });
    await expect(place.run(root, "rebase", "topic")).rejects.toThrow();
    await change();
    expect(await landHead(place, tree)).toMatchObject({ outcome: "landed" });
  });

  test("every checkout of base, and none of another branch", async () => {
    const linked = join(place.root, "linked");
    await place.run(root, "worktree", "add", "--quiet", "--force", linked, "main");
    await landsKeeping(linked);
    expect(await place.status(root)).toBe("");
  });

  test("a file that becomes a directory", async () => {
    await place.run(tree, "rm", "--quiet", "b.txt");
    await place.commit(tree, { "b.txt/inside": "i\n" });
    expect(await landHead(place, tree)).toMatchObject({ outcome: "landed" });
    expect(await place.status(root)).toBe("");
    expect(await place.read(root, "b.txt/inside")).toBe("i\n");
  });

  test("a directory that becomes a file, unless an ignored file lies in it", async () => {
    await place.commit(root, { "dir/inside": "i\n" });
    await place.run(tree, "merge", "--quiet", "--ff-only", "main");
    await place.run(tree, "rm", "--quiet", "-r", "dir");
    await place.commit(tree, { dir: "file\n" });
    await place.write(root, "dir/x.log", "precious\n");
    expect(await landHead(place, tree)).toMatchObject({ outcome: "base_checkout_dirty", files: ["dir/x.log"] });
    await rm(join(root, "dir/x.log"));
    expect(await landHead(place, tree)).toMatchObject({ outcome: "landed" });
    expect(await place.status(root)).toBe("");
  });

  test("file names that are not UTF-8", async () => {
    const odd = Buffer.concat([Buffer.from(join(tree, "odd-")), Buffer.from([0xff, 0xfe])]);
    await writeFile(odd, "x\n");
    await place.run(tree, "add", "--all");
    await place.run(tree, "commit", "--quiet", "--message", "odd");
    const inTheWay = Buffer.concat([Buffer.from(join(root, "odd-")), Buffer.from([0xff, 0xfe])]);
    await writeFile(inTheWay, "mine\n");
    expect(await landHead(place, tree)).toMatchObject({ outcome: "base_checkout_dirty" });
    await unlink(inTheWay);
    expect(await landHead(place, tree)).toMatchObject({ outcome: "landed" });
    expect(await place.status(root)).toBe("");
  });
});

test("a file saved between the look and the move: base goes back, and the file is as saved", async () => {
  await change();
  const tip = await place.run(root, "rev-parse", "main");
  const git: typeof place.git = async (cwd, args, options) => {
    if (args[0] === "read-tree" && !args.includes("-n") && cwd === root)
      await place.write(root, "b.txt", "saved just now\n");
    return place.git(cwd, args, options);
  };
  const result = await landHead(place, tree, {}, git);
  expect(result).toMatchObject({ outcome: "base_checkout_dirty", files: ["b.txt"] });
  expect(await place.run(root, "rev-parse", "main")).toBe(tip);
  expect(await place.status(root)).toBe(" M b.txt");
  expect(await place.read(root, "b.txt")).toBe("saved just now\n");
});

test("an index that another git holds is waited for, then an error that names the lock", async () => {
  await change();
  const lock = join(root, ".git/index.lock");
  await writeFile(lock, "somebody's");
  const tip = await place.run(root, "rev-parse", "main");
  await expect(landHead(place, tree)).rejects.toMatchObject({
    step: "lock the index",
    lastLines: [expect.stringContaining(lock)],
  });
  expect(await place.run(root, "rev-parse", "main")).toBe(tip);
  await rm(lock);
  await mkdir(join(root, "empty"), { recursive: true });
  expect(await landHead(place, tree)).toMatchObject({ outcome: "landed" });
});
