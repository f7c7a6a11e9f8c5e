import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createWorktree } from "./create.ts";
import { GitError } from "./errors.ts";
import { worktreePathOf } from "./names.ts";
import { findRepository, type Repository } from "./repository.ts";
import type { Git } from "./run.ts";
import { makePlace, makeWorkspace, type Place } from "./testing.ts";
import { listWorktrees } from "./worktrees.ts";

let place: Place;
let repo: Repository;
const own = { workspaceId: "ws_1", agentId: "claude-aaaaaa", baseBranch: "main" };
beforeEach(async () => {
  place = await makePlace();
  repo = (await findRepository(place.git, place.repoRoot))!;
});
afterEach(() => place.remove());

const branches = () => place.run(place.repoRoot, "for-each-ref", "--format=%(refname:short)", "refs/heads");

test("[WSP-04] the worktree lies under worktreesDir on a new branch at the tip of base", async () => {
  const { run, status, read, repoRoot, worktreesDir } = place;
  const made = await makeWorkspace(place);
  expect(made).toEqual({
    worktreePath: worktreePathOf(worktreesDir, repoRoot, "ws_1"),
    branch: "signalbox/claude-aaaaaa-1",
    baseSha: await run(repoRoot, "rev-parse", "main"),
    baseBranch: "main",
  });
  expect(made.worktreePath).toMatch(/trees\/shop-[0-9a-f]{10}\/ws_1$/);
  expect(await status(made.worktreePath)).toBe("");
  expect(await run(made.worktreePath, "rev-parse", "--abbrev-ref", "HEAD")).toBe(made.branch);
  expect(await read(made.worktreePath, "b.txt")).toBe("b\n");
  expect(await status(repoRoot)).toBe("");
});

test("[WSP-04] branch numbers go on from the highest", async () => {
  await place.run(place.repoRoot, "branch", "signalbox/claude-aaaaaa-4");
  expect((await makeWorkspace(place)).branch).toBe("signalbox/claude-aaaaaa-5");
  expect((await makeWorkspace(place, "ws_2")).branch).toBe("signalbox/claude-aaaaaa-6");
  expect((await makeWorkspace(place, "ws_3", "codex-bbbbbb")).branch).toBe("signalbox/codex-bbbbbb-1");
});

test("called again it gives the same worktree with the work in it", async () => {
  const made = await makeWorkspace(place);
  await place.commit(made.worktreePath, { "new.txt": "n" });
  await place.write(made.worktreePath, "b.txt", "edited");
  await place.commit(place.repoRoot, { "c.txt": "c" });
  expect(await makeWorkspace(place)).toEqual(made);
  expect(await place.status(made.worktreePath)).toBe(" M b.txt");
});

test("a base branch that only the remote has is made locally", async () => {
  await place.run(place.repoRoot, "update-ref", "refs/remotes/origin/release", "main");
  const made = await createWorktree(place.git, {
    ...own,
    repo,
    worktreesDir: place.worktreesDir,
    baseBranch: "release",
  });
  expect(await place.run(place.repoRoot, "rev-parse", "release")).toBe(made.baseSha);
});

test("hooks of the repository do not run", async () => {
  const hooks = join(place.repoRoot, ".git/hooks");
  await mkdir(hooks, { recursive: true });
  await writeFile(join(hooks, "post-checkout"), `#!/bin/sh\ntouch '${place.root}/ran'\n`, { mode: 0o755 });
  await makeWorkspace(place);
  expect(await readdir(place.root)).not.toContain("ran");
});

describe("refusals", () => {
  const make = (changed: object) =>
    createWorktree(place.git, { ...own, repo, worktreesDir: place.worktreesDir, ...changed });

  test("[WSP-03] a repository without commit, a missing base and bad ids are told by code", async () => {
    await expect(make({ repo: { ...repo, hasCommit: false } })).rejects.toMatchObject({ code: "no_commit" });
    await expect(make({ baseBranch: "nowhere" })).rejects.toMatchObject({ code: "base_missing" });
    await expect(make({ baseBranch: "--force" })).rejects.toMatchObject({ code: "base_missing" });
    for (const workspaceId of ["../up", "-rf", "", "a/b", "a\nb"])
      await expect(make({ workspaceId })).rejects.toMatchObject({ code: "invalid_name" });
    await expect(make({ agentId: "../x" })).rejects.toMatchObject({ code: "invalid_name" });
    expect(await branches()).toBe("main");
  });

  test("a directory with somebody's files in the way is left alone", async () => {
    const path = worktreePathOf(place.worktreesDir, place.repoRoot, "ws_1");
    await place.write(path, "precious", "p");
    await expect(make({})).rejects.toMatchObject({ code: "worktree_failed", message: expect.stringContaining(path) });
    expect(await place.read(path, "precious")).toBe("p");
    expect(await branches()).toBe("main");
  });

  test("[WSP-03] a failure at any git command leaves no directory, branch or registration, and says the step", async () => {
    const calls = await countCalls((git) =>
      createWorktree(git, { ...own, repo, worktreesDir: place.worktreesDir, workspaceId: "ws_0" }),
    );
    const before = { branches: await branches(), trees: await listWorktrees(place.git, place.repoRoot) };
    expect(calls).toBeGreaterThan(5);
    for (let failing = 1; failing <= calls; failing++) {
      let call = 0;
      const git: Git = async (cwd, args, options) => {
        call++;
        if (call === failing) throw new GitError(options.step, 128, ["fatal: out of disk"]);
        return place.git(cwd, args, options);
      };
      const made = createWorktree(git, { ...own, repo, worktreesDir: place.worktreesDir, agentId: "codex-cccccc" });
      await expect(made).rejects.toMatchObject({
        code: "worktree_failed",
        message: expect.stringMatching(/: .+: fatal: out of disk/),
      });
      expect({ branches: await branches(), trees: await listWorktrees(place.git, place.repoRoot) }).toEqual(before);
      expect(await readdir(dirname(worktreePathOf(place.worktreesDir, place.repoRoot, "x")))).toEqual(["ws_0"]);
    }
  });
});

async function countCalls(act: (git: Git) => Promise<unknown>): Promise<number> {
  let calls = 0;
  await act(async (cwd, args, options) => {
    calls++;
    return place.git(cwd, args, options);
  });
  return calls;
}
