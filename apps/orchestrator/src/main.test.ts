import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { programs, temporary } from "../test/scene.ts";
import { exec } from "./exec.ts";

/** Runs the built orchestrator until it ends by itself. */
async function orchestrator(home: string, args: string[] = [], env: Record<string, string> = {}) {
  const main = join(await programs(), "orchestrator.mjs");
  const base = {
    PATH: process.env.PATH ?? "",
    HOME: home,
    SIGNALBOX_HOME: join(home, "state"),
    RELAY_TOKEN: "sbx_tok_secret",
  };
  return exec(process.execPath, [main, ...args], { env: { ...base, ...env }, cwd: home });
}

test.each<[string, string[], Record<string, string>, string]>([
  [
    "a base directory that is missing",
    ["--base-dir", "nowhere"],
    {},
    "SIGNALBOX_BASE_DIR (--base-dir): HOME/nowhere is not a directory; make it or name another",
  ],
  [
    "a host id with a capital",
    [],
    { SIGNALBOX_HOST_ID: "Host-A" },
    'SIGNALBOX_HOST_ID (--id) is "Host-A"; give 1 to 63 characters of a-z0-9._-',
  ],
  [
    "an address that is none",
    [],
    { RELAY_URL: "relay:4600" },
    'RELAY_URL (--relay) is "relay:4600"; give an address such as http://127.0.0.1:4600',
  ],
  ["no token", [], { RELAY_TOKEN: "" }, "RELAY_TOKEN (--token) is not set; give a token of profile orchestrator"],
  [
    "an unknown log level",
    [],
    { LOG_LEVEL: "loud" },
    'LOG_LEVEL is "loud"; give one of fatal, error, warn, info, debug, trace, silent',
  ],
  ["no tmux", [], { PATH: "/nowhere" }, "tmux is not found; install tmux and start again"],
])("[HST-08] %s is one line that says what to do, and exit code 1", async (_, args, env, line) => {
  using home = temporary();
  const { code, stdout, stderr } = await orchestrator(home.path, args, env);
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: "",
    stderr: `signalbox-orchestrator: ${line.replace("HOME", home.path)}\n`,
  });
});

test.each<[string, string, string]>([
  ["an unknown key", '{"idd":"a"}', "FILE: idd is not a known setting; remove it"],
  [
    "an unknown key of a provider",
    '{"providers":{"shell":{"cmd":[]}}}',
    "FILE: providers.shell.cmd is not a known setting; remove it",
  ],
  ["text that is no JSON", "{", "FILE is not valid JSON; correct it or remove it"],
  ["a value out of bounds", '{"maxSessions":0}', "FILE: maxSessions: Too small: expected number to be >=1"],
  [
    "a secret for agents",
    '{"providers":{"shell":{"env":{"RELAY_TOKEN":"x"}}}}',
    "FILE: providers.shell.env: may not name RELAY_TOKEN, SIGNALBOX_ADMIN_TOKEN, DATABASE_URL, REDIS_URL",
  ],
])("[HST-08] %s in orchestrator.json is one line, and exit code 1", async (_, text, line) => {
  using home = temporary();
  const file = join(home.path, "state", "orchestrator.json");
  mkdirSync(join(home.path, "state"));
  writeFileSync(file, text);
  const { code, stderr } = await orchestrator(home.path);
  expect({ code, stderr }).toEqual({ code: 1, stderr: `signalbox-orchestrator: ${line.replace("FILE", file)}\n` });
});

test("--version and --help answer without a relay", async () => {
  using home = temporary();
  expect((await orchestrator(home.path, ["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect((await orchestrator(home.path, ["--help"])).stdout).toContain("--base-dir");
});

test("doctor says what is missing and ends with 1", async () => {
  using home = temporary();
  const { code, stdout } = await orchestrator(home.path, ["doctor"], { RELAY_URL: "http://127.0.0.1:9" });
  expect(code).toBe(1);
  expect(stdout).toMatch(/^ok {3}tmux: tmux /m);
  expect(stdout).toMatch(/^ok {3}git: git version /m);
  expect(stdout).toMatch(/^FAIL relay: http:\/\/127\.0\.0\.1:9 does not answer/m);
});
