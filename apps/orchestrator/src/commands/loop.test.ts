import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { CommandState } from "@signalbox/api/contracts";
import { expect, test } from "vitest";
import { end, loopIn, type Shutdown } from "../../test/loop.ts";
import { temporary } from "../../test/scene.ts";
import { CommandFailure } from "../failure.ts";
import { LinkClosed } from "../link/link.ts";
import { until } from "../until.ts";

test("[HST-29] a command is journaled before it is done, and seen again it is answered without doing it again", async () => {
  using dir = temporary();
  let done = 0;
  const first = await loopIn(dir.path, {
    async run({ command }) {
      expect(first.journal.get(command.id)?.outcome).toBeUndefined();
      expect(first.said).toEqual(["cmd_1 running"]);
      done += 1;
      return { ended: true };
    },
  });
  first.loop.take(end("cmd_1"));
  expect(await first.idle()).toBe(true);
  first.loop.take(end("cmd_1"));
  expect(await first.idle()).toBe(true);
  expect(first.said).toEqual(["cmd_1 running", "cmd_1 succeeded", "cmd_1 succeeded"]);
  await first.journal.close();

  const second = await loopIn(dir.path, { run: async () => Promise.reject(new Error("done again")) });
  second.loop.take(end("cmd_1"));
  expect(await second.idle()).toBe(true);
  expect([second.said, done]).toEqual([["cmd_1 succeeded"], 1]);
  await second.journal.close();
});

test("[HST-30] what a crash interrupted is settled at the next start, with the progress it had made", async () => {
  using dir = temporary();
  const first = await loopIn(dir.path, {});
  await first.journal.begin(end("cmd_1"));
  await first.journal.progress("cmd_1", { step: "half" });
  await first.journal.close();
  const seen: unknown[] = [];
  const states = new Map<string, CommandState>([["cmd_1", "running"]]);
  const second = await loopIn(
    dir.path,
    { run: async ({ progress }) => ({ ended: seen.push(...progress) > 0 }) },
    states,
  );
  second.loop.resume();
  second.loop.take(end("cmd_1"));
  expect(await second.idle()).toBe(true);
  expect([second.said, seen]).toEqual([["cmd_1 succeeded"], [{ step: "half" }]]);
  await second.journal.close();
});

test("[HST-34] what the relay gave up while the host was away is undone and not done", async () => {
  using dir = temporary();
  const did: string[] = [];
  const handler: Shutdown = {
    run: async () => ({ ended: did.push("run") > 0 }),
    undo: async () => void did.push("undo"),
  };
  const states = new Map<string, CommandState>([["cmd_1", "expired"]]);
  const host = await loopIn(dir.path, handler, states);
  await host.journal.begin(end("cmd_1"));
  host.loop.resume();
  expect(await host.idle()).toBe(true);
  expect(did).toEqual(["undo"]);
  expect(host.journal.unconfirmed()).toEqual([]);
  await host.journal.close();
});

test("[HST-34] an outcome that comes too late is undone", async () => {
  using dir = temporary();
  const did: string[] = [];
  const states = new Map<string, CommandState>();
  const host = await loopIn(
    dir.path,
    {
      async run() {
        states.set("cmd_1", "failed");
        return { ended: did.push("run") > 0 };
      },
      undo: async () => void did.push("undo"),
    },
    states,
  );
  host.loop.take(end("cmd_1"));
  expect(await host.idle()).toBe(true);
  expect([host.said, did]).toEqual([
    ["cmd_1 running", "cmd_1 succeeded"],
    ["run", "undo"],
  ]);
  await host.journal.close();
});

test("[HST-31] with a full disk nothing is done, and the relay is told why", async (ctx) => {
  ctx.skip(process.platform !== "linux", "only Linux has /dev/full");
  using dir = temporary();
  mkdirSync(join(dir.path, "host"));
  symlinkSync("/dev/full", join(dir.path, "host", "journal.jsonl"));
  const host = await loopIn(join(dir.path, "host"), { run: async () => Promise.reject(new Error("was done")) });
  host.loop.take(end("cmd_1"));
  expect(await host.idle()).toBe(true);
  expect(host.said).toEqual(["cmd_1 failed: journal_unwritable"]);
  await host.journal.close();
});

test("[HST-28] two commands for one agent never overlap, those of others run meanwhile", async () => {
  using dir = temporary();
  const events: string[] = [];
  const releases = new Map<string, () => void>();
  const host = await loopIn(dir.path, {
    async run({ command: { id } }) {
      events.push(`${id} begins`);
      await new Promise<void>((resolve) => releases.set(id, resolve));
      events.push(`${id} ends`);
      return { ended: true };
    },
  });
  host.loop.take(end("cmd_2", "a"));
  host.loop.take(end("cmd_3", "b"));
  host.loop.take(end("cmd_4", "a"));
  expect(await until(() => releases.size === 2, { withinMs: 5_000, everyMs: 5 })).toBe(true);
  expect(events).toEqual(["cmd_2 begins", "cmd_3 begins"]);
  releases.get("cmd_2")?.();
  expect(await until(() => releases.size === 3, { withinMs: 5_000, everyMs: 5 })).toBe(true);
  expect(events).toEqual(["cmd_2 begins", "cmd_3 begins", "cmd_2 ends", "cmd_4 begins"]);
  for (const release of releases.values()) release();
  expect(await host.idle()).toBe(true);
  await host.journal.close();
});

test("a failure is reported with its reason, and one that nobody expected as error", async () => {
  using dir = temporary();
  const host = await loopIn(dir.path, {
    async run({ command: { id } }) {
      throw id === "cmd_1" ? new CommandFailure("workspace_failed", "no directory") : new TypeError("oops");
    },
  });
  host.loop.take(end("cmd_1"));
  host.loop.take(end("cmd_2"));
  expect(await host.idle()).toBe(true);
  expect(host.said.filter((line) => line.includes("failed"))).toEqual([
    "cmd_1 failed: workspace_failed",
    "cmd_2 failed: error",
  ]);
  await host.journal.close();
});

test("[HST-30] a command that the host's own stop cuts off stays begun, and the next start goes on with it", async () => {
  using dir = temporary();
  const first = await loopIn(dir.path, { run: () => Promise.reject(new LinkClosed("stopping")) });
  first.loop.take(end("cmd_1"));
  expect(await first.idle()).toBe(true);
  expect(first.said).toEqual(["cmd_1 running"]);
  await first.journal.close();
  const second = await loopIn(dir.path, {}, new Map([["cmd_1", "running"]]));
  second.loop.resume();
  expect(await second.idle()).toBe(true);
  expect(second.said).toEqual(["cmd_1 succeeded"]);
  await second.journal.close();
});

test("[HST-30] a handler is told whether its command was begun before, and by whose word", async () => {
  using dir = temporary();
  const seen: string[] = [];
  const run: Shutdown["run"] = async ({ command: { id }, begun }) => {
    seen.push(`${id} ${begun}`);
    return { ended: true };
  };
  const first = await loopIn(dir.path, {});
  await first.journal.begin(end("cmd_1"));
  await first.journal.close();
  const second = await loopIn(dir.path, { run });
  second.loop.resume();
  second.loop.take({ ...end("cmd_2", "b"), state: "running" });
  second.loop.take(end("cmd_3", "c"));
  expect(await second.idle()).toBe(true);
  expect(seen.sort()).toEqual(["cmd_1 here", "cmd_2 unknown", "cmd_3 never"]);
  await second.journal.close();
});
