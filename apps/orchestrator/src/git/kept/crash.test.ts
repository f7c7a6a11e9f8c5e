import { chmod, cp, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Orders } from "../crash-child.ts";
import { makePlace, makeWorkspace, type Place } from "../testing.ts";
import { listWorktrees } from "../worktrees.ts";
import type { Keep } from "./keep.ts";
import { removeKept } from "./remove.ts";
import { restore } from "./restore.ts";
import { photo } from "./testing.ts";

let place: Place;
let program: string;
let tree: string;
let input: Keep;
let before: Awaited<ReturnType<typeof photo>>;
beforeAll(async () => {
  place = await makePlace();
  program = join(place.root, "child.mjs");
  const js = 'import { createRequire as r } from "node:module"; const require = r(import.meta.url);';
  const entryPoints = [join(import.meta.dirname, "../crash-child.ts")];
  await build({ entryPoints, outfile: program, bundle: true, platform: "node", format: "esm", banner: { js } });
  const { worktreePath, branch, baseBranch } = await makeWorkspace(place);
  tree = worktreePath;
  const { repoRoot, worktreesDir } = place;
  input = { repoRoot, worktreesDir, workspaceId: "ws_1", worktreePath, branch, baseBranch };
  await place.commit(
    tree,
    Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`many/${n}.txt`, `${n}\n`])),
    "work",
  );
  await place.write(tree, "a.txt", "staged\n");
  await place.run(tree, "add", "a.txt");
  await place.write(tree, "b.txt", "unstaged\n");
  await place.write(tree, "new/n.txt", "untracked\n");
  await chmod(join(tree, "new/n.txt"), 0o600);
  before = await photo(tree);
});
afterAll(() => place.remove());

/** Runs the orders in a process group of their own, which is killed `afterMs` after it began to work. */
async function runChild(orders: Orders, afterMs?: number) {
  const file = join(place.root, "orders.json");
  await writeFile(file, JSON.stringify(orders));
  const child = execa(process.execPath, [program, file], { reject: false, detached: true });
  let startedAt = 0;
  let timer: NodeJS.Timeout | undefined;
  child.stdout.once("data", () => {
    startedAt = performance.now();
    if (afterMs !== undefined) timer = setTimeout(() => process.kill(-child.pid!, "SIGKILL"), afterMs);
  });
  child.once("exit", () => clearTimeout(timer));
  const { stdout, signal, stderr } = await child;
  const calls = /^calls (.*)$/m.exec(stdout)?.[1]?.split(" ") ?? [];
  return { killed: signal === "SIGKILL", calls, stderr, tookMs: performance.now() - startedAt };
}

/** Puts all files back as they were, ids and times included, before each round. */
async function repeated<T>(rounds: T[], round: (one: T, n: number) => Promise<void>) {
  const beginning = `${place.root}-beginning`;
  const copy = { recursive: true, preserveTimestamps: true, verbatimSymlinks: true };
  await cp(place.root, beginning, copy);
  for (const [n, one] of rounds.entries()) {
    await rm(place.root, { recursive: true });
    await cp(beginning, place.root, copy);
    await round(one, n);
  }
  await rm(place.root, { recursive: true });
  await cp(beginning, place.root, copy);
  await rm(beginning, { recursive: true });
}

// The index holds times and ids of files: it is compared by what git says of it.
const content = ({ index: _, ...rest }: typeof before) => rest;
const moments = (calls: string[], verbs: string[]) => [
  ...new Set(calls.flatMap((verb, n) => (verbs.includes(verb) ? [n + 1, n + 1.5] : []))),
];

async function isBack() {
  expect(content(await photo(tree))).toEqual(content(before));
  expect(await place.status(tree)).toBe("M  a.txt\n M b.txt\n?? new/");
  expect(await place.run(place.repoRoot, "fsck", "--no-dangling")).toBe("");
}

async function isRemovedThenBack() {
  await removeKept(place.git, input);
  await expect(stat(tree)).rejects.toMatchObject({ code: "ENOENT" });
  expect((await listWorktrees(place.git, place.repoRoot)).length).toBe(1);
  expect(await place.run(place.repoRoot, "branch", "--list", "signalbox/*")).toBe("");
  await restore(place.git, input);
  await isBack();
}

const timeout = 900_000;

test("[WSP-65] a removal killed around what it writes, or at any time, goes on or is undone; the work comes back", {
  timeout,
}, async () => {
  const orders = { act: "remove" as const, remove: input, env: place.env };
  let run = { calls: [] as string[], tookMs: 0 };
  await repeated([0], async () => {
    run = await runChild({ ...orders, dieAt: null });
  });
  const at = moments(run.calls, ["update-ref", "worktree", "write-tree"]).slice(-8);
  expect(at.length).toBe(8);
  await repeated([...at, ...Array.from({ length: 6 }, () => null)], async (dieAt) => {
    await runChild({ ...orders, dieAt }, dieAt === null ? Math.random() * run.tookMs : undefined);
    await isRemovedThenBack();
  });
});

test("[WSP-68] a restore killed around what it writes, or at any time, then called again: one worktree, as it was", {
  timeout,
}, async () => {
  await removeKept(place.git, input);
  const orders = { act: "restore" as const, restore: input, env: place.env };
  let run = { calls: [] as string[], tookMs: 0 };
  await repeated([0], async () => {
    run = await runChild({ ...orders, dieAt: null });
  });
  const at = moments(run.calls, ["worktree", "update-ref", "checkout-index", "read-tree"]).slice(-8);
  expect(at.length).toBe(8);
  await repeated([...at, ...Array.from({ length: 6 }, () => null)], async (dieAt) => {
    await runChild({ ...orders, dieAt }, dieAt === null ? Math.random() * run.tookMs : undefined);
    expect(await restore(place.git, input)).toMatchObject({ worktreePath: tree, renamed: { branch: null } });
    await isBack();
  });
});
