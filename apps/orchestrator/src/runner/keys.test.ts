import { utimesSync } from "node:fs";
import { join } from "node:path";
import { spawn } from "@lydell/node-pty";
import { expect, test } from "vitest";
import { scene } from "../../test/scene.ts";
import { serverArgs, tmux } from "../tmux/tmux.ts";
import { until } from "../until.ts";
import { noteKeys, sinceKey } from "./keys.ts";

const longAgo = 3_600_000;

test("[MSG-48] keys through the relay and keys of a person who has attached by hand are known, and what the host types is none", async () => {
  await using host = await scene();
  const sessionName = await host.session("cat");
  const where = { tmux: host.tmux, sessionName, dir: host.path };
  expect(await sinceKey(where)).toBe(Number.POSITIVE_INFINITY);

  await noteKeys(host.path);
  expect(await sinceKey(where)).toBeLessThan(5_000);
  const old = new Date(Date.now() - longAgo);
  utimesSync(join(host.path, "keys"), old, old);
  expect(await sinceKey(where)).toBeGreaterThan(longAgo - 1_000);
  // A clock that was set back by an hour does not keep messages away for one.
  const later = new Date(Date.now() + longAgo);
  utimesSync(join(host.path, "keys"), later, later);
  expect(await sinceKey(where)).toBeGreaterThan(longAgo - 60_000);
  utimesSync(join(host.path, "keys"), old, old);
  await tmux(host.tmux, ["send-keys", "-t", sessionName, "x"]);
  expect(await sinceKey(where)).toBeGreaterThan(longAgo - 1_000);

  const attached = spawn("tmux", [...serverArgs(host.tmux), "attach", "-t", sessionName], {
    name: "xterm",
    env: host.env,
  });
  try {
    expect(await until(async () => (await sinceKey(where)) < 5_000, { withinMs: 10_000 })).toBe(true);
    // It counts in seconds: two have passed.
    expect(await until(async () => (await sinceKey(where)) > 2_000, { withinMs: 10_000 })).toBe(true);
    attached.write("k");
    expect(await until(async () => (await sinceKey(where)) < 1_500, { withinMs: 10_000 })).toBe(true);
  } finally {
    attached.kill();
  }
});

test("[MSG-48] keys of a session whose directory is gone are nobody's concern", async () => {
  await using host = await scene();
  await noteKeys(join(host.path, "none"));
  expect(await sinceKey({ tmux: host.tmux, sessionName: "sb-none", dir: host.path })).toBe(Number.POSITIVE_INFINITY);
});
