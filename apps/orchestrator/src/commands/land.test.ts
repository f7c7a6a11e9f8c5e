import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Check, LandingProgress, LandParams } from "@signalbox/api/contracts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { command } from "../../test/scene.ts";
import { agentBase } from "../env.ts";
import { Cancelled } from "../failure.ts";
import { makePlace, makeWorkspace, type Place } from "../git/testing.ts";
import { createSerial } from "../serial.ts";
import { until } from "../until.ts";
import { land } from "./land.ts";

let place: Place;
beforeEach(async () => {
  place = await makePlace();
});
afterEach(() => place.remove());

const elapsed = () => performance.now();
const check = (line: string, name = "test"): Check => ({ name, command: line, timeoutSeconds: 60 });

async function ready(n: number, files: Record<string, string>): Promise<LandParams["changes"][number]> {
  const workspaceId = `ws_${n}`;
  const { worktreePath, branch } = await makeWorkspace(place, workspaceId, `claude-aaaa${n}x`);
  const commit = await place.commit(worktreePath, files, `change ${n}`);
  return { workspaceId, worktreePath, branch, commit, agentId: `claude-aaaa${n}x`, recycle: true };
}

/** Carries the command out; `told` is what the relay hears meanwhile. */
function carryOut(changes: LandParams["changes"], checks: Check[], signal = new AbortController().signal) {
  const told: LandingProgress[] = [];
  const rebranched: string[] = [];
  const sessions = { rebranched: async (id: string) => void rebranched.push(id) };
  const handler = land({
    git: place.git,
    worktreesDir: place.worktreesDir,
    sessions,
    inTurn: createSerial(),
    env: agentBase({ PATH: process.env.PATH ?? "" }),
    elapsed,
  });
  const params = { repoRoot: place.repoRoot, baseBranch: "main", changes, checks, checkRetries: 0 };
  const running = handler.run({
    command: command("workspace.land", params),
    params,
    begun: "never",
    progress: [],
    note: async () => {},
    tell: (progress) => void told.push(progress),
    signal,
  });
  return { running, told, rebranched, keys: handler.keys(params) };
}

const log = () => place.run(place.repoRoot, "log", "--reverse", "--format=%s", "main");

test("[WSP-33] [WSP-39] [WSP-52] what lands is the commit that the checks saw, with the change rebased and nothing else", async () => {
  const change = await ready(0, { "new.txt": "n\n" });
  await place.commit(place.repoRoot, { "c.txt": "c\n" }, "base");
  const sees =
    "git rev-parse HEAD > ../seen; ls > ../files; git status --porcelain --ignored >> ../files; pwd >> ../files";
  const { running, rebranched } = carryOut([change], [check(sees)]);
  const result = await running;
  const tip = await place.run(place.repoRoot, "rev-parse", "main");
  const queues = join(place.worktreesDir, ".queues");
  expect((await place.read(queues, "seen")).trim()).toBe(tip);
  const [directory, ...files] = (await place.read(queues, "files")).trim().split("\n").toReversed();
  expect(files.toReversed()).toEqual(["a.txt", "b.txt", "c.txt", "new.txt"]);
  expect(directory?.startsWith(`${queues}/`)).toBe(true);
  expect(result).toMatchObject({
    runs: 1,
    changes: [{ outcome: "landed", workspaceId: "ws_0", newTip: tip, changeTip: tip, checks: [{ green: true }] }],
  });
  expect(rebranched).toEqual(["ws_0"]);
  expect(await log()).toBe("first\nbase\nchange 0");
});

test("[WSP-52] without checks nothing is checked out, and the evidence says so", async () => {
  const change = await ready(0, { "new.txt": "n\n" });
  const { running } = carryOut([change], []);
  expect(await running).toMatchObject({ runs: 0, changes: [{ outcome: "landed", checks: null }] });
  expect(existsSync(join(place.worktreesDir, ".queues"))).toBe(false);
});

test("[WSP-36] [WSP-38] [WSP-44] of four the first red is found by real checks, and the relay is told which check runs on whose changes", async () => {
  const changes = [
    await ready(0, { "0.txt": "0\n" }),
    await ready(1, { "1.txt": "1\n" }),
    await ready(2, { "bad.txt": "2\n" }),
    await ready(3, { "3.txt": "3\n" }),
  ];
  const { running, told } = carryOut(changes, [check("true", "lint"), check("echo looked; [ ! -e bad.txt ]")]);
  const result = await running;
  expect(result.changes.map(({ outcome }) => outcome)).toEqual(["landed", "landed", "checks_failed", "again"]);
  expect(result.changes[2]).toMatchObject({
    workspaceId: "ws_2",
    checks: [
      { name: "lint", green: true },
      { name: "test", green: false, attempts: [{ exitCode: 1, lastLines: ["looked"] }] },
    ],
  });
  expect(result.runs).toBeLessThanOrEqual(4);
  expect(await log()).toBe("first\nchange 0\nchange 1");
  const seen = told.flatMap(({ check: now, run, workspaceIds }) =>
    now ? [`${run} ${now.name} ${workspaceIds.length}`] : [],
  );
  expect([...new Set(seen)].slice(0, 4)).toEqual(["1 lint 4", "1 test 4", "2 lint 2", "2 test 2"]);
  expect(told[0]).toMatchObject({ step: "rebasing", run: 0 });
  expect(told.at(-1)).toMatchObject({ step: "landing", check: null });
});

test("[HST-35] a landing that is cancelled during its checks ends there, and base stays where it was", async () => {
  const change = await ready(0, { "new.txt": "n\n" });
  const begun = join(place.root, "begun");
  const stop = new AbortController();
  const { running } = carryOut([change], [check(`touch '${begun}'; sleep 300`)], stop.signal);
  const caught = running.catch((error: unknown) => error);
  expect(await until(() => existsSync(begun), { withinMs: 20_000 })).toBe(true);
  stop.abort(new Cancelled());
  expect(await caught).toBeInstanceOf(Cancelled);
  expect(await log()).toBe("first");
  expect(await place.run(change.worktreePath, "rev-parse", "HEAD")).toBe(change.commit);
});

test("[HST-28] [WSP-31] landings of one repository and of one workspace wait for each other", async () => {
  const changes = [await ready(0, { "0.txt": "0\n" }), await ready(1, { "1.txt": "1\n" })];
  const { running, keys } = carryOut(changes, []);
  await running;
  expect(keys).toEqual(["workspace:ws_0", "workspace:ws_1", `repository:${place.repoRoot}`]);
});
