import { chmod, readFile, rm, stat, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockIndex } from "./index-lock.ts";
import { prepareMove } from "./move.ts";
import { pidFileOf } from "./orphan.ts";
import { moveRef } from "./refs.ts";
import { settleCheckout } from "./settle.ts";
import { makePlace, type Place } from "./testing.ts";

let place: Place;
let checkout: { path: string; gitDir: string };
let from: string;
let to: string;
const long = "a line of text\n".repeat(5_000);
beforeEach(async () => {
  place = await makePlace();
  checkout = { path: place.repoRoot, gitDir: join(place.repoRoot, ".git") };
  const names = ["done", "cut", "empty", "missing", "untouched", "edited", "removed", "kept", "mode"];
  from = await place.commit(place.repoRoot, Object.fromEntries(names.map((name) => [name, `old ${name}\n`])));
  await place.run(place.repoRoot, "switch", "--quiet", "--create", "next");
  await place.run(place.repoRoot, "rm", "--quiet", "removed", "kept");
  await chmod(join(place.repoRoot, "mode"), 0o755);
  const fresh = Object.fromEntries(
    ["done", "cut", "empty", "missing", "untouched", "edited"].map((name) => [name, `${long}${name}\n`]),
  );
  to = await place.commit(place.repoRoot, {
    ...fresh,
    "added/one": long,
    "added/two": long,
    "added/mine": long,
    mode: "old mode\n",
  });
  await place.run(place.repoRoot, "switch", "--quiet", "main");
});
afterEach(() => place.remove());

const move = () => ({ checkout, ref: "refs/heads/main", from, to });
const locked = () =>
  stat(join(checkout.gitDir, "index.lock")).then(
    () => true,
    () => false,
  );

test("[WSP-42] a move cut off in the middle is finished: half-written files are whole, somebody's stay and show", async () => {
  expect(await prepareMove(place.git, move())).toBeNull();
  await moveRef(place.git, place.repoRoot, "refs/heads/main", to, from, "test");
  const put = (name: string, text: string) => place.write(place.repoRoot, name, text);
  await put("done", `${long}done\n`);
  await put("cut", long.slice(0, 1000));
  await put("empty", "");
  await unlink(join(place.repoRoot, "missing"));
  await put("edited", "somebody's\n");
  await unlink(join(place.repoRoot, "removed"));
  await put("kept", "somebody's\n");
  await put("added/one", long);
  await put("added/two", long.slice(0, 7));
  await put("added/mine", "somebody's\n");
  await settleCheckout(place.git, checkout);
  expect(await place.run(place.repoRoot, "status", "--porcelain")).toBe(" M added/mine\n M edited\n?? kept");
  for (const name of ["edited", "kept", "added/mine"])
    expect(await place.read(place.repoRoot, name)).toBe("somebody's\n");
  for (const name of ["cut", "empty", "missing", "untouched"])
    expect(await place.read(place.repoRoot, name)).toBe(`${long}${name}\n`);
  expect((await stat(join(place.repoRoot, "mode"))).mode & 0o100).toBe(0o100);
  expect(await locked()).toBe(false);
});

test("[WSP-42] a move that was not decided is taken back: only the lock goes", async () => {
  await prepareMove(place.git, move());
  await settleCheckout(place.git, checkout);
  expect(await locked()).toBe(false);
  expect(await place.status(place.repoRoot)).toBe("");
  expect(await place.run(place.repoRoot, "rev-parse", "HEAD")).toBe(from);
});

test("a checkout without a lock of ours is left alone, also with another's", async () => {
  await settleCheckout(place.git, checkout);
  await writeFile(join(checkout.gitDir, "index.lock"), "git's own");
  await settleCheckout(place.git, checkout);
  expect(await readFile(join(checkout.gitDir, "index.lock"), "utf8")).toBe("git's own");
});

test("meanwhile no git can commit the difference back", async () => {
  await prepareMove(place.git, move());
  await moveRef(place.git, place.repoRoot, "refs/heads/main", to, from, "test");
  await expect(place.run(place.repoRoot, "commit", "--all", "--message", "undo")).rejects.toThrow(/index\.lock/);
  await settleCheckout(place.git, checkout);
  expect(await place.status(place.repoRoot)).toBe("");
});

test("another live orchestrator's move is not touched", async () => {
  const other = execa(process.execPath, ["-e", "process.stdin.resume()"], { reject: false });
  await lockIndex(checkout.gitDir, { ref: "refs/heads/main", from, to, pid: other.pid! }, 0);
  await expect(settleCheckout(place.git, checkout, 100)).rejects.toMatchObject({ step: "settle a checkout" });
  expect(await locked()).toBe(true);
  other.kill("SIGKILL");
  await other;
  await settleCheckout(place.git, checkout, 100);
  expect(await locked()).toBe(false);
});

test.runIf(process.platform === "linux")("a git that outlived its orchestrator is waited for", async () => {
  await prepareMove(place.git, move());
  const orphan = execa("git", ["cat-file", "--batch"], { cwd: place.repoRoot, reject: false });
  await writeFile(pidFileOf(checkout.gitDir), String(orphan.pid));
  let settled = false;
  const settling = settleCheckout(place.git, checkout).then(() => {
    settled = true;
  });
  await place.git(place.repoRoot, ["status"], { step: "test", env: { GIT_OPTIONAL_LOCKS: "0" } });
  expect([settled, await locked()]).toEqual([false, true]);
  orphan.stdin.end();
  await settling;
  expect(await locked()).toBe(false);
});

test("the id of an ended process, used by another program by now, does not hold anything up", async () => {
  await prepareMove(place.git, move());
  await writeFile(pidFileOf(checkout.gitDir), String(process.pid));
  await settleCheckout(place.git, checkout);
  expect(await locked()).toBe(false);
  await rm(pidFileOf(checkout.gitDir), { force: true });
});
