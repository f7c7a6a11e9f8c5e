import { chmod, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { onDisk } from "../changes.ts";
import { makePlace, makeWorkspace, type Place } from "../testing.ts";
import { type Keep, keep } from "./keep.ts";
import { removeKept } from "./remove.ts";
import { restore } from "./restore.ts";
import { gitSays, photo } from "./testing.ts";

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

const gone = (path: string) => expect(stat(path)).rejects.toMatchObject({ code: "ENOENT" });

/** Keeps, removes and restores: everything must be there again, and git must say the same. */
async function comesBack() {
  const before = await photo(tree);
  const kept = await keep(place.git, input);
  expect(await photo(tree), "keeping only reads").toEqual(before);
  const removed = await removeKept(place.git, input);
  expect(removed.commit).toBe(kept.commit);
  await gone(tree);
  // Had it been kept by chance alone, this would end it.
  await place.run(place.repoRoot, "reflog", "expire", "--expire=now", "--all");
  await place.run(place.repoRoot, "prune", "--expire=now");
  const restored = await restore(place.git, input);
  expect(restored).toMatchObject({ worktreePath: tree, renamed: { branch: null, worktreePath: null } });
  expect(await photo(tree)).toEqual(before);
  expect(await place.run(tree, "fsck", "--no-dangling")).toBe("");
  return { kept, restored };
}

/** As `comesBack`, and git says the same of the worktree as of an untouched copy would be said before. */
async function comesBackAndSays() {
  const index = await place.run(tree, "rev-parse", "--git-path", "index");
  const bytes = await readFile(join(tree, index)).catch(() => readFile(index));
  const before = await gitSays(place, tree);
  await writeFile(index.startsWith("/") ? index : join(tree, index), bytes);
  const done = await comesBack();
  expect(await gitSays(place, tree)).toEqual(before);
  return done;
}

describe("[WSP-65] [WSP-68] kept, removed, restored: as it was", () => {
  test("commits, staged, unstaged and untracked files", async () => {
    await place.commit(tree, { "a.txt": "one\nTWO\nthree\n", "src/x.ts": "x\n" }, "work");
    await place.write(tree, "a.txt", "staged\n");
    await place.run(tree, "add", "a.txt");
    await place.write(tree, "a.txt", "unstaged\n");
    await place.run(tree, "rm", "--quiet", "--cached", "b.txt");
    await rm(join(tree, "src/x.ts"));
    await place.write(tree, "new/deep/file.txt", "untracked\n");
    await place.write(tree, "noise.log", "ignored\n");
    const { restored } = await comesBackAndSays();
    expect(restored.branch).toBe("signalbox/claude-aaaaaa-1");
    expect(await place.run(tree, "log", "--format=%s", "main..HEAD")).toBe("work");
  });

  test("modes, links, names of any bytes, case-only renames, empty directories", async () => {
    await place.write(tree, "run.sh", "#!/bin/sh\n");
    await chmod(join(tree, "run.sh"), 0o755);
    await place.write(tree, "secret", "s\n");
    await chmod(join(tree, "secret"), 0o600);
    await place.write(tree, "frozen", "f\n");
    await chmod(join(tree, "frozen"), 0o444);
    await chmod(join(tree, "b.txt"), 0o755);
    await symlink("a.txt", join(tree, "link"));
    await symlink("/nowhere/at all", join(tree, "broken"));
    await symlink("..", join(tree, "up"));
    await writeFile(onDisk(tree, 'caf\xe9 \xff\n"q"\t'), "bytes");
    await writeFile(onDisk(tree, "-option"), "o");
    await rename(join(tree, "a.txt"), join(tree, "A.txt"));
    await mkdir(join(tree, "empty/within"), { recursive: true });
    await comesBackAndSays();
  });

  test("a file that became a directory, a directory that became a link, and the reverse", async () => {
    await place.commit(tree, { "d/one.txt": "1\n", "f.txt": "f\n", "e/two.txt": "2\n" });
    await rm(join(tree, "d"), { recursive: true });
    await symlink("e", join(tree, "d"));
    await rm(join(tree, "f.txt"));
    await place.write(tree, "f.txt/inside.txt", "in\n");
    await rm(join(tree, "e"), { recursive: true });
    await place.write(tree, "e", "now a file\n");
    await comesBackAndSays();
  });

  test("bytes, whatever line endings and filters are set", async () => {
    await place.run(place.repoRoot, "config", "core.autocrlf", "true");
    await place.run(place.repoRoot, "config", "filter.shout.clean", "tr a-z A-Z");
    await place.run(place.repoRoot, "config", "filter.shout.smudge", "sed s/^/smudged/");
    await place.commit(tree, { ".gitattributes": "*.up filter=shout\n*.id ident\n*.crlf eol=crlf\n" });
    await place.write(tree, "mixed.txt", "unix\nwindows\r\nold\r");
    await place.write(tree, "loud.up", "quiet\r\n");
    await place.write(tree, "who.id", "$Id$\n");
    await place.write(tree, "w.crlf", "a\r\nb\n");
    await place.run(tree, "add", "--all");
    await place.write(tree, "loud.up", "changed\n");
    await comesBack();
  });

  test("detached, on another branch, on one without a commit", async () => {
    await place.commit(tree, { "x.txt": "x\n" }, "on the branch");
    await place.run(tree, "checkout", "--quiet", "--detach");
    await place.commit(tree, { "y.txt": "y\n" }, "on none");
    await comesBackAndSays();
    expect(await place.run(tree, "log", "--format=%s", "main..HEAD")).toBe("on none\non the branch");
    await place.run(tree, "checkout", "--quiet", "-b", "other");
    await comesBackAndSays();
    expect(await place.run(place.repoRoot, "log", "-1", "--format=%s", "signalbox/claude-aaaaaa-1")).toBe(
      "on the branch",
    );
    await place.run(tree, "checkout", "--quiet", "--orphan", "fresh");
    const before = await photo(tree);
    await removeKept(place.git, input);
    await restore(place.git, input);
    expect(await photo(tree)).toEqual(before);
    expect(await place.run(tree, "symbolic-ref", "HEAD")).toBe("refs/heads/fresh");
  });

  test("commits that only the log of HEAD knows", async () => {
    const lost = await place.commit(tree, { "x.txt": "lost\n" }, "lost");
    await place.run(tree, "reset", "--quiet", "--hard", "HEAD~1");
    await removeKept(place.git, input);
    await place.run(place.repoRoot, "prune", "--expire=now");
    await restore(place.git, input);
    expect(await place.run(tree, "show", `${lost}:x.txt`)).toBe("lost");
    expect(await place.run(tree, "rev-parse", "HEAD@{1}")).toBe(lost);
  });

  test.each(["merge", "rebase", "cherry-pick"])("in the middle of a %s, which then goes on", async (operation) => {
    await place.commit(tree, { "a.txt": "ours\n" }, "ours");
    await place.commit(tree, { "later.txt": "l\n" }, "later");
    await place.commit(place.repoRoot, { "a.txt": "theirs\n" }, "theirs");
    await expect(place.run(tree, operation, "main")).rejects.toThrow(/CONFLICT/);
    await place.write(tree, "notes.txt", "untracked meanwhile\n");
    await comesBackAndSays();
    await place.write(tree, "a.txt", "both\n");
    await place.run(tree, "add", "a.txt");
    await place.run(tree, "-c", "core.editor=true", operation, "--continue");
    expect(await place.read(tree, "a.txt")).toBe("both\n");
    const branch = await place.run(tree, "symbolic-ref", "--short", "HEAD");
    expect(branch).toBe("signalbox/claude-aaaaaa-1");
  });

  test("intended additions, flags of the index, a split index, sparse checkout", async () => {
    await place.commit(tree, { "in/a.txt": "in\n", "out/b.txt": "out\n", "out/c.txt": "c\n" });
    await place.write(tree, "meant.txt", "meant\n");
    await place.run(tree, "add", "--intent-to-add", "meant.txt");
    await place.run(tree, "update-index", "--assume-unchanged", "b.txt");
    await place.write(tree, "b.txt", "changed all the same\n");
    await place.run(tree, "sparse-checkout", "set", "in");
    await gone(join(tree, "out"));
    await comesBackAndSays();
    await place.run(tree, "sparse-checkout", "disable");
    expect(await place.read(tree, "out/b.txt")).toBe("out\n");
    await place.run(tree, "update-index", "--split-index");
    await place.write(tree, "a.txt", "staged over the shared one\n");
    await place.run(tree, "add", "a.txt");
    const before = await gitSays(place, tree);
    await removeKept(place.git, input);
    await restore(place.git, input);
    expect(await gitSays(place, tree)).toEqual(before);
  });

  test("a locked index, hooks and signing of the person are not in the way and not used", async () => {
    const { repoRoot, run } = place;
    const hooks = join(place.root, "hooks");
    const trace = join(place.root, "hook-ran");
    await mkdir(hooks);
    for (const name of ["post-checkout", "reference-transaction", "pre-commit", "post-index-change", "post-rewrite"])
      await writeFile(join(hooks, name), `#!/bin/sh\necho ${name} >> ${trace}\n`, { mode: 0o755 });
    await run(repoRoot, "config", "core.hooksPath", hooks);
    await run(repoRoot, "config", "commit.gpgSign", "true");
    await run(repoRoot, "config", "gpg.program", "/bin/false");
    await run(repoRoot, "config", "core.fsmonitor", join(hooks, "pre-commit"));
    await rm(trace, { force: true });
    await place.write(tree, "a.txt", "changed\n");
    const lock = join(repoRoot, ".git/worktrees/ws_1/index.lock");
    await writeFile(lock, "");
    const before = await photo(tree);
    await removeKept(place.git, input);
    await restore(place.git, input);
    await gone(trace);
    await gone(lock);
    expect(await photo(tree)).toEqual(before);
  });

  test("repositories within the worktree and submodules, with what only they have", async () => {
    const { run } = place;
    const inner = join(place.root, "inner");
    await mkdir(inner);
    await run(inner, "init", "--quiet", "--initial-branch=main");
    await place.commit(inner, { "lib.txt": "lib\n" });
    await run(tree, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner, "sub");
    await run(tree, "commit", "--quiet", "--message", "a submodule");
    await place.commit(join(tree, "sub"), { "mine.txt": "only here\n" }, "in the submodule");
    await place.write(tree, "sub/loose.txt", "loose\n");
    await mkdir(join(tree, "nested"));
    await run(join(tree, "nested"), "init", "--quiet");
    await place.commit(join(tree, "nested"), { "n.txt": "n\n" }, "in the nested one");
    await place.write(tree, "nested/.gitignore", "hidden\n");
    await place.write(tree, "nested/hidden", "ignored there, kept all the same\n");
    await comesBackAndSays();
    expect(await run(join(tree, "sub"), "log", "-1", "--format=%s")).toBe("in the submodule");
    expect(await run(join(tree, "nested"), "status", "--porcelain")).toBe("?? .gitignore");
  });

  test("a file of 100 MB", async () => {
    const block = Buffer.alloc(1024 * 1024);
    for (let n = 0; n < block.length; n += 4) block.writeUInt32LE(Math.imul(n, 2654435761) >>> 0, n);
    await writeFile(join(tree, "large.bin"), Buffer.concat(Array.from({ length: 100 }, () => block)));
    await removeKept(place.git, input);
    await restore(place.git, input);
    expect((await stat(join(tree, "large.bin"))).size).toBe(100 * 1024 * 1024);
    const back = await readFile(join(tree, "large.bin"));
    expect(back.subarray(-block.length).equals(block)).toBe(true);
  }, 120_000);
});

test("[WSP-65] nothing of what was kept is left behind in the worktree's repository but the ref", async () => {
  await place.write(tree, "new.txt", "n\n");
  const { commit } = await keep(place.git, input);
  expect(await place.run(place.repoRoot, "for-each-ref", "--format=%(refname) %(objectname)", "refs/signalbox")).toBe(
    `refs/signalbox/kept/ws_1 ${commit}`,
  );
  expect((await keep(place.git, input)).commit).toBe(commit);
  expect(await readdir(join(place.worktreesDir, ".keeping"))).toEqual([]);
  expect(await place.status(tree)).toBe("?? new.txt");
});
