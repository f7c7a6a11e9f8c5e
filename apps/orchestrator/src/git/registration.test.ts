import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";
import { worktreePathOf } from "./names.ts";
import { settleRegistrations } from "./registration.ts";
import { landHead, makePlace, makeWorkspace, type Place } from "./testing.ts";
import { listWorktrees } from "./worktrees.ts";

let place: Place;
let path: string;
let trace: string;
let admin: string;
beforeEach(async () => {
  place = await makePlace();
  path = worktreePathOf(place.worktreesDir, place.repoRoot, "ws_1");
  trace = join(dirname(path), ".ws_1.adding");
  admin = join(place.repoRoot, ".git/worktrees/ws_1");
});
afterEach(() => place.remove());
const where = () => ({ repoRoot: place.repoRoot, worktreesDir: place.worktreesDir });

// What a `git worktree add` that was killed between two of its writes leaves.
async function cutOff(missing: string, text: string | null = null) {
  const files = { locked: "initializing", gitdir: `${path}/.git`, commondir: "../..", HEAD: "0".repeat(40) };
  await mkdir(admin, { recursive: true });
  await mkdir(path, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(admin, name), `${content}\n`);
  await writeFile(join(path, ".git"), `gitdir: ${admin}\n`);
  await rm(join(admin, missing));
  if (text !== null) await writeFile(join(admin, missing), text);
  await writeFile(trace, "");
}

test.each([
  ["gitdir", null],
  ["commondir", null],
  ["commondir", ""],
  ["HEAD", null],
  ["HEAD", ""],
])("[WSP-42] a registration cut off at %s (%j) stops neither the same nor another workspace", async (missing, text) => {
  const first = await makeWorkspace(place, "ws_0");
  await cutOff(missing, text);
  expect((await makeWorkspace(place, "ws_2", "codex-bbbbbb")).branch).toBe("signalbox/codex-bbbbbb-1");
  await cutOff(missing, text);
  expect((await makeWorkspace(place)).worktreePath).toBe(path);
  expect(await place.status(path)).toBe("");
  await place.commit(first.worktreePath, { "new.txt": "n" });
  expect(await landHead(place, first.worktreePath)).toMatchObject({ outcome: "landed" });
  expect(await readdir(join(place.repoRoot, ".git/worktrees"))).toEqual(["ws_0", "ws_1", "ws_2"]);
  expect((await readdir(dirname(path))).sort()).toEqual(["ws_0", "ws_1", "ws_2"]);
});

test.runIf(process.platform === "linux")("one that is still at work is waited for and left alone", async () => {
  const { worktreePath } = await makeWorkspace(place);
  const orphan = execa("git", ["cat-file", "--batch"], { cwd: place.repoRoot, reject: false });
  await writeFile(trace, String(orphan.pid));
  let settled = false;
  const settling = settleRegistrations(place.git, where()).then(() => {
    settled = true;
  });
  await place.run(place.repoRoot, "status");
  expect(settled).toBe(false);
  orphan.stdin.end();
  await settling;
  expect((await listWorktrees(place.git, place.repoRoot)).map((worktree) => worktree.path)).toContain(worktreePath);
});
