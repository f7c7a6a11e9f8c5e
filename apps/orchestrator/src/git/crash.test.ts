import { cp, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Orders } from "./crash-child.ts";
import { createWorktree } from "./create.ts";
import { type LandProgress, land, type ToCheck } from "./land.ts";
import type { Change } from "./outcome.ts";
import { findRepository } from "./repository.ts";
import { changeOf, checked, landInput, makePlace, makeWorkspace, type Place } from "./testing.ts";
import { listWorktrees } from "./worktrees.ts";

let bundle: { place: Place; program: string };
let place: Place;
beforeAll(async () => {
  const own = await makePlace();
  const program = join(own.root, "child.mjs");
  const js = 'import { createRequire as r } from "node:module"; const require = r(import.meta.url);';
  const entryPoints = [join(import.meta.dirname, "crash-child.ts")];
  await build({ entryPoints, outfile: program, bundle: true, platform: "node", format: "esm", banner: { js } });
  bundle = { place: own, program };
});
afterAll(() => bundle.place.remove());
beforeEach(async () => {
  place = await makePlace();
});
afterEach(() => place.remove());

/** Runs the orders in a process group of their own; `afterMs` after its start it is killed, alone or with the git that it runs. */
async function runChild(orders: Orders, afterMs?: number, withGit = true) {
  const file = join(place.root, "orders.json");
  await writeFile(file, JSON.stringify(orders));
  const child = execa(process.execPath, [bundle.program, file], { reject: false, detached: true });
  let startedAt = 0;
  let timer: NodeJS.Timeout | undefined;
  child.stdout.once("data", () => {
    startedAt = performance.now();
    if (afterMs !== undefined)
      timer = setTimeout(() => process.kill(withGit ? -child.pid! : child.pid!, "SIGKILL"), afterMs);
  });
  child.once("exit", () => clearTimeout(timer));
  const { stdout, signal, stderr } = await child;
  const lines = stdout.split("\n");
  const told = lines
    .filter((row) => row.startsWith("progress "))
    .map((row) => JSON.parse(row.slice(9)) as LandProgress);
  const verbs =
    lines
      .find((row) => row.startsWith("calls "))
      ?.split(" ")
      .slice(1) ?? [];
  const tookMs = performance.now() - startedAt;
  return { progress: told.at(-1) ?? null, killed: signal === "SIGKILL", verbs, stderr, tookMs };
}

const writing = new Set([
  "worktree",
  "update-ref",
  "symbolic-ref",
  "read-tree",
  "update-index",
  "hash-object",
  "reset",
  "clean",
  "checkout",
]);

/** Runs `round` upon the same beginning each time: files, ids and times are put back between rounds. */
async function repeated(rounds: number, round: (n: number) => Promise<void>) {
  const beginning = `${place.root}-beginning`;
  const copy = { recursive: true, preserveTimestamps: true, verbatimSymlinks: true };
  await cp(place.root, beginning, copy);
  try {
    for (let n = 1; n <= rounds; n++) {
      await rm(place.root, { recursive: true });
      await cp(beginning, place.root, copy);
      await round(n);
    }
  } finally {
    await rm(place.root, { recursive: true });
    await rename(beginning, place.root);
  }
}

/** A workspace with two commits to land and one made later, one file dirty; base has moved on; the checkout of base is clean. */
async function situation(files = 3) {
  const { worktreePath } = await makeWorkspace(place);
  const many = Object.fromEntries(Array.from({ length: files }, (_, i) => [`many/${i}.txt`, `${i}\n`.repeat(400)]));
  await place.commit(worktreePath, { ...many, "b.txt": "B\n" }, "one");
  await place.run(worktreePath, "rm", "--quiet", "a.txt");
  const ready = await place.commit(worktreePath, { "two.txt": "2\n" }, "two");
  await place.commit(worktreePath, { "later.txt": "l\n" }, "later");
  await place.write(worktreePath, "loose.txt", "u\n");
  const oldTip = await place.commit(place.repoRoot, { "c.txt": "c\n" }, "base");
  const change = await changeOf(place, worktreePath, { commit: ready });
  const { onProgress: _, check: __, ...input } = landInput(place, [change]);
  return { worktreePath, oldTip, input };
}

/** After one kill: settle it, and everything must be as if nobody had been killed (WSP-42). */
async function settles(
  given: Awaited<ReturnType<typeof situation>>,
  withCheck: boolean,
  progress: LandProgress | null,
) {
  const { run, status, repoRoot } = place;
  const { worktreePath, oldTip, input } = given;
  const between = await run(repoRoot, "log", "--reverse", "--format=%s", `${oldTip}..main`);
  expect(["", "one\ntwo"]).toContain(between);
  const seen: string[] = [];
  const look = async ({ directory }: ToCheck) => {
    seen.push(await run(directory, "status", "--porcelain", "--ignored"));
    return checked(true);
  };
  const check = withCheck ? look : undefined;
  const again = { ...input, progress, onProgress: async () => {}, check };
  const [result] = await land(place.git, again);
  const newTip = await run(repoRoot, "rev-parse", "main");
  const branch = "signalbox/claude-aaaaaa-2";
  expect(result).toMatchObject({
    outcome: "landed",
    oldTip,
    newTip,
    commits: 2,
    recycled: { branch, baseSha: newTip },
    recycleBlocked: null,
  });
  expect(seen).toEqual(withCheck && between === "" ? [""] : []);
  expect(await run(repoRoot, "log", "--reverse", "--format=%s", `${oldTip}..main`)).toBe("one\ntwo");
  expect(await status(repoRoot)).toBe("");
  expect(await status(worktreePath)).toBe("?? loose.txt");
  expect(await run(worktreePath, "log", "--format=%s", "main..HEAD")).toBe("later");
  expect(await run(worktreePath, "branch", "--show-current")).toBe(branch);
  expect(await run(repoRoot, "fsck", "--no-dangling")).toBe("");
  for (const checkout of [repoRoot, worktreePath]) {
    const left = await run(checkout, "rev-parse", "--git-path", "index.lock");
    await expect(stat(join(checkout, left))).rejects.toMatchObject({ code: "ENOENT" });
  }
  return { again, result };
}

describe("[WSP-42] a landing killed, then called again: on base once, checkouts clean, recycled once", () => {
  type Given = Awaited<ReturnType<typeof situation>>;
  const runLand = (
    { input }: Given,
    withCheck: boolean,
    how: { dieAt?: number; dieOn?: string; afterMs?: number; withGit?: boolean } = {},
  ) => {
    const { dieAt = null, dieOn, afterMs } = how;
    return runChild({ act: "land", land: input, env: place.env, withCheck, dieAt, dieOn }, afterMs, how.withGit);
  };

  test.each(["rebased", "landed", "recycled"])(
    "at the step %s, with the progress and without it; a third call changes nothing",
    async (dieOn) => {
      const given = await situation();
      await repeated(2, async (n) => {
        const child = await runLand(given, true, { dieOn });
        expect(child).toMatchObject({ killed: true, progress: { step: dieOn } });
        const { again, result } = await settles(given, true, n === 1 ? child.progress : null);
        expect(await land(place.git, again)).toEqual([result]);
      });
    },
  );

  test("before and after every git command that writes", { timeout: 600_000 }, async () => {
    const given = await situation();
    let verbs: string[] = [];
    await repeated(1, async () => {
      ({ verbs } = await runLand(given, true));
    });
    const moments = verbs.flatMap((verb, i) => (writing.has(verb) ? [i + 1, i + 2] : []));
    const distinct = [...new Set(moments)].filter((moment) => moment <= verbs.length);
    expect(distinct.length).toBeGreaterThan(15);
    await repeated(distinct.length, async (n) => {
      const child = await runLand(given, true, { dieAt: distinct[n - 1] });
      expect(child.killed).toBe(true);
      await settles(given, true, n % 2 === 0 ? child.progress : null);
    });
  });

  test("at any time, alone or together with the git that it runs, 40 times", { timeout: 600_000 }, async () => {
    const given = await situation(40);
    let tookMs = 0;
    await repeated(1, async () => {
      ({ tookMs } = await runLand(given, true));
    });
    let killed = 0;
    await repeated(40, async (n) => {
      const child = await runLand(given, n % 2 === 0, { afterMs: Math.random() * tookMs, withGit: n % 4 < 2 });
      if (child.killed) killed++;
      await settles(given, n % 2 === 0, child.progress);
    });
    expect(killed).toBeGreaterThan(15);
  });
});

describe("[WSP-42] [WSP-36] a batch killed, then called again: each change on base once, with the same evidence for all", () => {
  /** Two workspaces with a commit each; base has moved on. */
  async function pair() {
    const changes: Change[] = [];
    for (const n of [1, 2]) {
      const { worktreePath } = await makeWorkspace(place, `ws_${n}`, `claude-aaaa${n}x`);
      await place.commit(worktreePath, { [`${n}.txt`]: "x\n" }, `change ${n}`);
      changes.push(await changeOf(place, worktreePath, { id: `ws_${n}` }));
    }
    const oldTip = await place.commit(place.repoRoot, { "c.txt": "c\n" }, "base");
    const { onProgress: _, check: __, ...input } = landInput(place, changes);
    return { oldTip, input };
  }
  type Given = Awaited<ReturnType<typeof pair>>;
  const run = ({ input }: Given, how: { dieAt?: number; dieOn?: string } = {}) =>
    runChild({ act: "land", land: input, env: place.env, withCheck: true, dieAt: how.dieAt ?? null, dieOn: how.dieOn });

  async function settlesAll({ oldTip, input }: Given, progress: LandProgress | null) {
    const check = async () => checked(true);
    const again = { ...input, progress, onProgress: async () => {}, check };
    const results = await land(place.git, again);
    const newTip = await place.run(place.repoRoot, "rev-parse", "main");
    const batch = ["ws_1", "ws_2"];
    expect(results).toMatchObject([
      { outcome: "landed", oldTip, newTip, tip: await place.run(place.repoRoot, "rev-parse", "main~1"), batch },
      { outcome: "landed", oldTip, newTip, tip: newTip, batch },
    ]);
    for (const result of results)
      expect(result).toMatchObject({ recycled: { headSha: newTip }, checks: expect.any(Array) });
    const log = await place.run(place.repoRoot, "log", "--reverse", "--format=%s", `${oldTip}..main`);
    expect(log).toBe("change 1\nchange 2");
    for (const tree of [place.repoRoot, ...input.changes.map(({ worktreePath }) => worktreePath)])
      expect(await place.status(tree)).toBe("");
  }

  test.each(["rebased", "landed", "recycled"])("at the step %s", async (dieOn) => {
    const given = await pair();
    await repeated(2, async (n) => {
      const child = await run(given, { dieOn });
      expect(child).toMatchObject({ killed: true, progress: { step: dieOn } });
      await settlesAll(given, n === 1 ? child.progress : null);
    });
  });

  test("around git commands that write", { timeout: 600_000 }, async () => {
    const given = await pair();
    let verbs: string[] = [];
    await repeated(1, async () => {
      ({ verbs } = await run(given));
    });
    const moments = verbs.flatMap((verb, i) => (writing.has(verb) ? [i + 2] : [])).filter((at) => at <= verbs.length);
    expect(moments.length).toBeGreaterThan(10);
    const some = moments.filter((_, i) => i % 2 === 0);
    await repeated(some.length, async (n) => {
      const child = await run(given, { dieAt: some[n - 1] });
      expect(child.killed).toBe(true);
      await settlesAll(given, n % 2 === 0 ? child.progress : null);
    });
  });
});

test("a worktree's making killed around every git command, then called again: one worktree, one branch", {
  timeout: 600_000,
}, async () => {
  const repo = (await findRepository(place.git, place.repoRoot))!;
  const create = {
    repo,
    worktreesDir: place.worktreesDir,
    workspaceId: "ws_1",
    agentId: "claude-aaaaaa",
    baseBranch: "main",
  };
  const orders = { act: "create" as const, create, env: place.env };
  let calls = 0;
  await repeated(1, async () => {
    calls = (await runChild({ ...orders, dieAt: null })).verbs.length;
  });
  expect(calls).toBeGreaterThan(5);
  const baseSha = await place.run(place.repoRoot, "rev-parse", "main");
  // The first rounds die around each command, the last ten in the middle of whatever git is doing.
  const around = calls * 2 - 1;
  await repeated(around + 10, async (n) => {
    const dieAt = n <= around ? (n + 1) / 2 : null;
    const child = await runChild({ ...orders, dieAt }, dieAt === null ? Math.random() * 100 : undefined);
    expect(child.killed || dieAt === null).toBe(true);
    await place.commit(place.repoRoot, { "c.txt": "base moved on\n" });
    const made = await createWorktree(place.git, create);
    expect(made.branch).toBe("signalbox/claude-aaaaaa-1");
    expect([baseSha, await place.run(place.repoRoot, "rev-parse", "main")]).toContain(made.baseSha);
    expect(await place.run(made.worktreePath, "rev-parse", "HEAD")).toBe(made.baseSha);
    expect(await place.status(made.worktreePath)).toBe("");
    expect(await place.run(place.repoRoot, "branch", "--list", "signalbox/*")).toContain("signalbox/claude-aaaaaa-1");
    const trees = (await listWorktrees(place.git, place.repoRoot)).map(({ path, locked }) => ({ path, locked }));
    expect(trees).toEqual([
      { path: place.repoRoot, locked: false },
      { path: made.worktreePath, locked: false },
    ]);
    expect(await readdir(join(place.repoRoot, ".git/worktrees"))).toEqual(["ws_1"]);
  });
});
