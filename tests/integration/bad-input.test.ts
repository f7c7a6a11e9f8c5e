import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Machine, makeMachine } from "../support/machine.ts";
import { ROOT, startProgram } from "../support/program.ts";
import { launchOrchestrator, launchRelay } from "../support/signalbox.ts";

let machine: Machine;
beforeAll(async () => {
  machine = await makeMachine();
});
afterAll(() => machine?.[Symbol.asyncDispose]());

/** What a program that cannot start says: one line, exit code 1. */
async function refusalOf(program: ReturnType<typeof startProgram>): Promise<string> {
  const how = await program.ended;
  const output = program.output();
  expect({ how, output, lines: output.trimEnd().split("\n").length }).toEqual({
    how: { code: 1, signal: null },
    output,
    lines: 1,
  });
  return output.trimEnd();
}

const made = () => readdirSync(machine.home);

describe("the relay", () => {
  test.concurrent.each([
    ["PORT", "0", /^signalbox: PORT: .*1/],
    ["PORT", "http", /^signalbox: PORT: .*number/],
    ["LOG_LEVEL", "loud", /^signalbox: LOG_LEVEL: .*"info"/],
    ["DATABASE_URL", "mysql://localhost/x", /^signalbox: DATABASE_URL: must begin with file: or postgresql:/],
    ["SIGNALBOX_ADMIN_TOKEN", "short", /^signalbox: SIGNALBOX_ADMIN_TOKEN: .*16 characters/],
    ["SIGNALBOX_PUBLIC_URL", "ftp://x", /^signalbox: SIGNALBOX_PUBLIC_URL: must be an http/],
    ["REDIS_URL", "redis://localhost", /^signalbox: REDIS_URL: .*unset it/],
  ])("names a bad %s=%s in one line and makes nothing", async (name, value, says) => {
    const said = await refusalOf(launchRelay(machine, { env: { [name]: value } }));
    expect(said).toMatch(says);
    expect(said).not.toContain("short");
    expect(made()).toEqual([]);
  });

  test("names a database that it cannot open", async () => {
    const said = await refusalOf(
      launchRelay(machine, { env: { DATABASE_URL: "file:/nowhere/relay.db", SIGNALBOX_HOME: machine.baseDir } }),
    );
    expect(said).toMatch(/^signalbox: .*\/nowhere/);
  });

  test("names a home that it cannot make", async () => {
    const file = join(machine.dir, "file");
    writeFileSync(file, "");
    const said = await refusalOf(launchRelay(machine, { env: { SIGNALBOX_HOME: join(file, "home") } }));
    expect(said).toMatch(/^signalbox: SIGNALBOX_HOME: .*file\/home cannot be made/);
  });
});

/** A directory of programs that holds all that a host needs, but one. */
function pathWithout(missing: string): string {
  const dir = join(machine.dir, `path-without-${missing}`);
  mkdirSync(dir);
  for (const name of ["git", "tmux", "bash", "sh", "env", "node"]) {
    if (name === missing) continue;
    symlinkSync(execFileSync("which", [name], { encoding: "utf8" }).trim(), join(dir, name));
  }
  return dir;
}

describe("the orchestrator", () => {
  const nobody = { relay: "http://127.0.0.1:9", token: "sbx_none" };
  const launch = (more: { id?: string; env?: Record<string, string>; relay?: string }) =>
    launchOrchestrator(machine, { ...nobody, ...more });

  test.concurrent("[HST-02, HST-08] names a bad value in one line", async () => {
    const says: [Parameters<typeof launch>[0], RegExp][] = [
      [{ env: { SIGNALBOX_BASE_DIR: "/nowhere" } }, /SIGNALBOX_BASE_DIR .*\/nowhere is not a directory; make it/],
      [{ id: "Host A" }, /SIGNALBOX_HOST_ID .*"Host A"; give 1 to 63 characters/],
      [{ env: { LOG_LEVEL: "loud" } }, /LOG_LEVEL is "loud"; give one of/],
      [{ relay: "nowhere" }, /RELAY_URL .*"nowhere"; give an address/],
      [{ env: { RELAY_TOKEN: "" } }, /RELAY_TOKEN .*is not set; give a token/],
    ];
    const said = await Promise.all(says.map(([more]) => refusalOf(launch(more))));
    for (const [i, [, pattern]] of says.entries()) expect(said[i]).toMatch(pattern);
    expect(made()).toEqual([]);
  });

  test("[HST-08] names an unknown key, a bad value and broken JSON of orchestrator.json", async () => {
    const home = join(machine.dir, "configured");
    mkdirSync(home);
    const file = join(home, "orchestrator.json");
    const says: [string, RegExp][] = [
      ['{ "maxSession": 3 }', /maxSession is not a known setting; remove it/],
      ['{ "providers": { "shell": { "cmd": 1 } } }', /providers\.shell\.cmd is not a known setting/],
      ['{ "maxSessions": 0 }', /maxSessions: .*1/],
      ["{", /not valid JSON; correct it or remove it/],
    ];
    for (const [text, pattern] of says) {
      writeFileSync(file, text);
      const said = await refusalOf(launch({ env: { SIGNALBOX_HOME: home } }));
      expect(said).toMatch(pattern);
      expect(said).toContain(file);
    }
    expect(readdirSync(home)).toEqual(["orchestrator.json"]);
  });

  test.each(["tmux", "git"])("says that %s is missing and what to do, and so does npm start", async (missing) => {
    const PATH = pathWithout(missing);
    const own = launch({ env: { PATH } });
    const args = ["scripts/start.mjs", "--base-dir", machine.baseDir];
    const start = startProgram({ args, env: { ...machine.env, PATH }, cwd: ROOT });
    const [host, both] = await Promise.all([refusalOf(own), refusalOf(start)]);
    expect(host).toMatch(new RegExp(`${missing} is not found; install ${missing} and start again`));
    expect(made()).toEqual([]);
    expect(both).toMatch(new RegExp(`^Signalbox needs ${missing} on this machine\\. Install with: \\S`));
  });

  test("npm start names a base directory that does not exist", async () => {
    const args = ["scripts/start.mjs", "--base-dir", "/nowhere"];
    const said = await refusalOf(startProgram({ args, env: machine.env, cwd: ROOT }));
    expect(said).toMatch(/^--base-dir: \/nowhere is not a directory\. Make it, or/);
  });
});
