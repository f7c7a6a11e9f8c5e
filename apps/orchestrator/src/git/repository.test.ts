import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { baseBranchOf, findRepository, requireRepository } from "./repository.ts";
import { makePlace, makeWorkspace, type Place } from "./testing.ts";

let place: Place;
beforeEach(async () => {
  place = await makePlace("my shop\nwith a line");
});
afterEach(() => place.remove());

test("finds the main worktree from a subdirectory, a link and a linked worktree", async () => {
  const { git, repoRoot, root } = place;
  await mkdir(join(repoRoot, "deep/er"), { recursive: true });
  await symlink(repoRoot, join(root, "link"));
  const { worktreePath } = await makeWorkspace(place);
  const expected = { repoRoot, gitCommonDir: join(repoRoot, ".git"), headBranch: "main", hasCommit: true };
  for (const from of [repoRoot, join(repoRoot, "deep/er"), join(root, "link"), worktreePath])
    expect(await findRepository(git, from)).toEqual(expected);
});

test("[WSP-03] no repository and no commit are told apart and name the directory", async () => {
  const { git, root, run } = place;
  expect(await findRepository(git, root)).toBeNull();
  expect(await findRepository(git, join(root, "not there"))).toBeNull();
  await expect(requireRepository(git, root)).rejects.toMatchObject({
    code: "not_a_repository",
    message: expect.stringContaining(root),
  });
  const empty = join(root, "empty");
  await run(root, "init", "--quiet", empty);
  await expect(requireRepository(git, empty)).rejects.toMatchObject({
    code: "no_commit",
    message: expect.stringContaining(empty),
  });
});

test("[WSP-04] base is the configured branch, else the remote's default, else the main worktree's", async () => {
  const { git, repoRoot, run } = place;
  await run(repoRoot, "switch", "--quiet", "--create", "topic");
  const repo = (await findRepository(git, repoRoot))!;
  expect(await baseBranchOf(git, repo)).toBe("topic");
  await run(repoRoot, "update-ref", "refs/remotes/origin/release/1", "HEAD");
  await run(repoRoot, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/release/1");
  expect(await baseBranchOf(git, repo)).toBe("release/1");
  expect(await baseBranchOf(git, repo, "main")).toBe("main");
});

test("a detached main worktree without any other sign has no base branch", async () => {
  const { git, repoRoot, run } = place;
  await run(repoRoot, "checkout", "--quiet", "--detach");
  const repo = await requireRepository(git, repoRoot);
  await expect(baseBranchOf(git, repo)).rejects.toMatchObject({ code: "base_missing" });
});

test("a submodule is a repository of its own", async () => {
  const { git, repoRoot, run, root } = place;
  const inner = join(root, "inner");
  await run(root, "init", "--quiet", inner);
  await place.commit(inner, { x: "x" });
  await run(repoRoot, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner, "sub");
  expect(await findRepository(git, join(repoRoot, "sub"))).toMatchObject({ repoRoot: join(repoRoot, "sub") });
});

test("a bare repository with linked worktrees", async () => {
  const { git, repoRoot, run, root } = place;
  const bare = join(root, "bare.git");
  await run(root, "clone", "--quiet", "--bare", repoRoot, bare);
  await run(bare, "worktree", "add", "--quiet", join(root, "linked"), "main");
  for (const from of [bare, join(root, "linked")])
    expect(await findRepository(git, from)).toMatchObject({ repoRoot: bare, headBranch: "main", hasCommit: true });
});
