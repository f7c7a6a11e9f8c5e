import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scene } from "../../test/scene.ts";
import { exec } from "../exec.ts";
import { until } from "../until.ts";
import { captureLines, hasSession, killSession, listSessions, newSession } from "./sessions.ts";
import { tmux } from "./tmux.ts";

const read = (path: string) => (existsSync(path) ? readFileSync(path, "utf8") : "");
const soon = { withinMs: 5_000 };

test("[HST-15] a session is listed with the agent and command that tmux itself keeps", async () => {
  await using host = await scene();
  await host.session("sleep 60", "sb-cmd_a");
  const [found] = await listSessions(host.tmux);
  expect(found).toMatchObject({ name: "sb-cmd_a", agentId: "shell-test", commandId: "cmd_a" });
  expect(found?.pid).toBeGreaterThan(1);
  expect(await hasSession(host.tmux, "sb-cmd")).toBe(false);
});

test("[HST-16] a second session of the same name is refused and leaves the first", async () => {
  await using host = await scene();
  await host.session("sleep 60", "sb-cmd_a");
  const [first] = await listSessions(host.tmux);
  const session = {
    name: "sb-cmd_a",
    cwd: "/",
    command: ["sleep", "60"],
    outputLog: { dir: host.path, name: "b" },
    agentId: "b",
    commandId: "c",
  };
  expect(await newSession(host.tmux, session)).toContain("duplicate session");
  expect(await listSessions(host.tmux)).toEqual([first]);
});

test("[HST-20] a session that somebody else made on the socket has no agent", async () => {
  await using host = await scene();
  await tmux(host.tmux, ["new-session", "-d", "-s", "by hand", "sleep", "60"]);
  expect(await listSessions(host.tmux)).toMatchObject([{ name: "by hand", agentId: null, commandId: null }]);
});

test("no server means no sessions; a socket that cannot be asked is an error", async () => {
  await using host = await scene();
  expect(await listSessions(host.tmux)).toEqual([]);
  await expect(listSessions({ ...host.tmux, socket: `/tmp/${"long".repeat(60)}` })).rejects.toThrow(
    "tmux list-sessions",
  );
});

test("[HST-49] the log has every byte from the first one on, also of a program that ends at once", async () => {
  await using host = await scene();
  await host.session("printf 'first and last\\n'");
  const log = () => read(join(host.path, "sb-cmd_test.log"));
  expect(await until(() => log().includes("first and last"), soon)).toBe(true);
});

test("[HST-52] the tmux server's environment is the chosen one and nothing else", async () => {
  await using host = await scene();
  host.tmux.env = { PATH: host.env.PATH as string, HOME: "/nowhere" };
  process.env.RELAY_TOKEN = "sbx_tok_secret";
  try {
    await host.session("sleep 60");
  } finally {
    delete process.env.RELAY_TOKEN;
  }
  const { stdout } = await tmux(host.tmux, ["display-message", "-p", "#{pid}"]);
  const { stdout: variables } = await exec("cat", [`/proc/${stdout.trim()}/environ`], { env: host.env });
  expect(variables.split("\0").filter(Boolean).sort()).toEqual(["HOME=/nowhere", `PATH=${host.env.PATH}`]);
});

test("wrapped lines are captured as one, without empty ones at the end", async () => {
  await using host = await scene();
  const name = await host.session(`printf '%s\\n' ${"x".repeat(200)} end; sleep 60`);
  const lines = async () => captureLines(host.tmux, name);
  expect(await until(async () => (await lines())?.at(-1) === "end", soon)).toBe(true);
  expect(await lines()).toEqual(["x".repeat(200), "end"]);
  await killSession(host.tmux, name);
  expect(await lines()).toBeNull();
});

test("[HST-15] a session can be made while the server is just leaving with its last one", async () => {
  await using host = await scene();
  for (let n = 0; n < 60; n++) {
    await host.session("sleep 60", `sb-cmd_${n}`);
    const [{ pid } = { pid: 0 }] = await listSessions(host.tmux);
    process.kill(pid, "SIGKILL");
    // The server notices the end of its last session while the next one is asked for.
    await host.session("sleep 60", `sb-cmd_next_${n}`);
    expect(await hasSession(host.tmux, `sb-cmd_next_${n}`)).toBe(true);
    for (const session of await listSessions(host.tmux)) process.kill(session.pid, "SIGKILL");
  }
});
