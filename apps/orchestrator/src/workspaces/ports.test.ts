import { createServer } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { removeKept } from "../git/kept/remove.ts";
import { worktreePathOf } from "../git/names.ts";
import { makePlace, makeWorkspace, type Place } from "../git/testing.ts";
import { createSerial } from "../serial.ts";
import { databaseNameOf, portCount, reservedEnv, reservePorts } from "./ports.ts";

// Each asks git a hundred times, on a machine that may be busy.
vi.setConfig({ testTimeout: 240_000 });

let place: Place;
beforeEach(async () => {
  place = await makePlace();
});
afterEach(() => place.remove());

const needs = () => ({ worktreesDir: place.worktreesDir, serial: createSerial() });
const made = async (id: string, agentId: string) => (await makeWorkspace(place, id, agentId)).worktreePath;

test("[WSP-63] ten ports that no other workspace has, the same again for the same one, freed with its removal", async () => {
  const trees = [await made("ws_1", "a-1"), await made("ws_2", "a-2"), await made("ws_3", "a-3")];
  const one = needs();
  const first = await Promise.all(trees.map((tree) => reservePorts(one, tree)));
  expect(new Set(first).size).toBe(3);
  const gaps = first.toSorted((a, b) => a - b).map((port, n, all) => (n === 0 ? portCount : port - all[n - 1]!));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(portCount);
  expect(await Promise.all(trees.map((tree) => reservePorts(needs(), tree)))).toEqual(first);
  const { repoRoot, worktreesDir } = place;
  const lowest = first.indexOf(Math.min(...first));
  const [workspaceId, worktreePath] = [`ws_${lowest + 1}`, trees[lowest]!];
  await removeKept(place.git, { repoRoot, worktreesDir, workspaceId, worktreePath, branch: null, baseBranch: "main" });
  expect(await reservePorts(needs(), await made("ws_4", "a-4"))).toBe(Math.min(...first));
});

test("[WSP-63] a port on which something listens is passed over", async () => {
  const usual = await reservePorts(needs(), await made("ws_1", "a-1"));
  const next = await reservePorts(needs(), await made("ws_2", "a-2"));
  const { repoRoot, worktreesDir } = place;
  const of = { repoRoot, worktreesDir, branch: null, baseBranch: "main" };
  const worktreePath = worktreePathOf(worktreesDir, repoRoot, "ws_1");
  await removeKept(place.git, { ...of, workspaceId: "ws_1", worktreePath });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(usual + 7, "127.0.0.1", resolve));
  const third = await reservePorts(needs(), await made("ws_3", "a-3"));
  await new Promise((resolve) => server.close(resolve));
  expect([usual, next]).not.toContain(third);
});

test("[WSP-63] a session is told its ports and a database name that databases take", () => {
  expect(reservedEnv("ws_01K", 20_010)).toEqual({
    SIGNALBOX_PORT_FIRST: "20010",
    SIGNALBOX_PORT_COUNT: "10",
    SIGNALBOX_DATABASE_NAME: "signalbox_ws_01k",
  });
  const [one, other] = ["x".repeat(200), `${"x".repeat(200)}y`].map(databaseNameOf);
  expect(one).toMatch(/^[a-z][a-z0-9_]{0,62}$/);
  expect(one).not.toBe(other);
});
