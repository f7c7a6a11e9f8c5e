import { appendFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkout } from "./testing/checkout.mjs";
import { isAlive, until } from "./testing/until.mjs";

const latest = (tree, name) => tree.pids(name).at(-1);

test("the first start installs and builds, the second does neither and a changed source is built again", async () => {
  const tree = await checkout();
  const first = tree.start(["--base-dir", tree.dir, "--id", "box-1"]);
  await first.shows("Signalbox is running.");
  expect(first.output).toMatch(/installing… \d+\.\d s\nbuilding… \d+\.\d s\n/);
  expect(first.output).toContain(`http://127.0.0.1:${tree.port}/sign-in?code=once`);
  expect(first.output).toContain("Ctrl-C stops both; agent sessions keep running.");
  expect(first.output).not.toContain("token-of-box-1");
  expect(tree.orchestratorEnv()).toEqual({
    RELAY_URL: `http://127.0.0.1:${tree.port}`,
    RELAY_TOKEN: "token-of-box-1",
    SIGNALBOX_HOST_ID: "box-1",
    SIGNALBOX_BASE_DIR: tree.dir,
    SIGNALBOX_HOME: join(tree.dir, "home"),
  });
  first.child.kill("SIGINT");
  expect(await first.exit).toBe(0);
  expect(isAlive(latest(tree, "relay")) || isAlive(latest(tree, "orchestrator"))).toBe(false);

  const second = tree.start();
  await second.shows("Signalbox is running.");
  expect(second.output).not.toMatch(/installing|building/);
  second.child.kill("SIGTERM");
  expect(await second.exit).toBe(0);

  utimesSync(join(tree.dir, "apps/web/src/relay.mjs"), 1, 1);
  const third = tree.start();
  await third.shows("Signalbox is running.");
  expect(third.output).toContain("building…");
});

test("a part that is killed is started again, and nothing outlives a killed start", async () => {
  const tree = await checkout();
  const run = tree.start();
  await run.shows("Signalbox is running.");
  const [relay] = tree.pids("relay");
  process.kill(relay, "SIGKILL");
  await run.shows("the relay ended (SIGKILL); starting it again in 0.5 s");
  await until("a second relay", () => tree.pids("relay").length === 2);
  process.kill(latest(tree, "orchestrator"), "SIGKILL");
  await until("a second orchestrator", () => tree.pids("orchestrator").length === 2);
  expect(run.output.match(/Signalbox is running/g)).toHaveLength(1);

  run.child.kill("SIGKILL");
  await until("both parts to end", () => !isAlive(latest(tree, "relay")) && !isAlive(latest(tree, "orchestrator")));
  expect(await run.exit).toBeNull();
});

test("a bad environment ends everything with the one line of the part that refused it", async () => {
  const tree = await checkout();
  const run = tree.start([], { BAD_ENVIRONMENT: "1" });
  expect(await run.exit).toBe(1);
  expect(run.output.split("\n").filter((line) => line !== "" && !line.includes("…"))).toEqual([
    "PORT must be a number",
  ]);

  const refused = tree.start([], { REFUSE_HOST: "1" });
  expect(await refused.exit).toBe(1);
  expect(refused.output).toContain("the id is taken");
  expect(isAlive(latest(tree, "relay"))).toBe(false);
});

test("a second start on the same port says where Signalbox already runs", async () => {
  const tree = await checkout();
  const first = tree.start();
  await first.shows("Signalbox is running.");
  const second = tree.start();
  expect(await second.exit).toBe(1);
  expect(second.output).toBe(`Signalbox is already running at http://127.0.0.1:${tree.port}\n`);
  expect(isAlive(latest(tree, "relay"))).toBe(true);
});

test("the orchestrator alone gets its arguments untouched, and the relay runs alone", async () => {
  const tree = await checkout();
  const help = tree.start(["--only", "orchestrator", "--relay", "http://relay.test", "--help"]);
  expect(await help.exit).toBe(0);
  expect(help.output).toContain("arguments: --relay http://relay.test --help");

  const relay = tree.start(["--only", "relay"]);
  await relay.shows("Ctrl-C stops the relay.");
  expect(tree.pids("orchestrator")).toHaveLength(0);
});

test("a missing base directory and a missing program are one line each", async () => {
  const tree = await checkout();
  const run = tree.start(["--base-dir", "/does/not/exist"]);
  expect(await run.exit).toBe(1);
  expect(run.output).toMatch(/^--base-dir: \/does\/not\/exist is not a directory.*\n$/);

  const bare = tree.start([], { PATH: join(tree.dir, "home") });
  expect(await bare.exit).toBe(1);
  expect(bare.output).toMatch(/^Signalbox needs git and tmux on this machine. Install with: .*git tmux.*\n$/);
});

test("in development a changed source is bundled again and its program replaced", async () => {
  const tree = await checkout();
  const run = tree.start(["--dev"]);
  await run.shows("Signalbox is running.");
  appendFileSync(join(tree.dir, "apps/web/src/relay.mjs"), "\n// changed\n");
  await run.shows("the relay changed; starting it again");
  await until("a second relay", () => tree.pids("relay").length === 2);
  expect(tree.pids("orchestrator")).toHaveLength(1);
});
