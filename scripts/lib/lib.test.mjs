import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../testing/free-port.mjs";
import { afterExit, nextWait } from "./backoff.mjs";
import { fingerprint } from "./fingerprint.mjs";
import { hostId, localHost } from "./host.mjs";
import { lockIsInstalled } from "./install.mjs";
import { checkNode, checkPrograms, installCommand } from "./needs.mjs";
import { relayAddress, whoAnswers } from "./probe.mjs";
import { startArgs } from "./start-args.mjs";

function folder() {
  const dir = mkdtempSync(join(tmpdir(), "signalbox-lib-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

test.each([
  ["Ada's MacBook.local", "ada-s-macbook.local"],
  ["--weird--", "weird--"],
  ["x".repeat(80), "x".repeat(63)],
  ["日本", "host"],
])("[HST-02] host name %s becomes id %s", (name, id) => {
  expect(hostId(name)).toBe(id);
  expect(id).toMatch(/^[a-z0-9][a-z0-9._-]{0,62}$/);
});

test("flag, environment and orchestrator.json name the base directory, in this order", () => {
  const home = folder();
  for (const name of ["flag", "env", "file"]) mkdirSync(join(home, name));
  writeFileSync(join(home, "orchestrator.json"), JSON.stringify({ id: "filed", baseDir: join(home, "file") }));
  const env = { SIGNALBOX_HOME: home };
  expect(localHost({ flags: {}, env, from: home })).toEqual({ id: "filed", baseDir: join(home, "file"), home });
  const both = { ...env, SIGNALBOX_BASE_DIR: join(home, "env"), SIGNALBOX_HOST_ID: "named" };
  expect(localHost({ flags: {}, env: both, from: home })).toMatchObject({ id: "named", baseDir: join(home, "env") });
  expect(localHost({ flags: { baseDir: "flag", id: "f" }, env: both, from: home })).toMatchObject({
    id: "f",
    baseDir: join(home, "flag"),
  });
  expect(() => localHost({ flags: { baseDir: "gone" }, env, from: home })).toThrow(/gone is not a directory/);
});

test("waits double from 0.5 s to 10 s and begin anew after a long life", () => {
  const waits = [];
  for (let wait = nextWait(undefined, 0); waits.length < 7; wait = nextWait(wait, 100)) waits.push(wait);
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  expect(nextWait(10_000, 30_000)).toBe(500);
});

test("only a first start that fails by itself is final", () => {
  expect(afterExit({ everReady: false, code: 1 })).toBe("fail");
  expect(afterExit({ everReady: false, code: 0 })).toBe("done");
  expect(afterExit({ everReady: false, code: null })).toBe("restart");
  expect(afterExit({ everReady: true, code: 1 })).toBe("restart");
});

test("an install by hand is recognised, a changed or missing package is not", () => {
  const lock = {
    packages: {
      "": {},
      "apps/web": {},
      "node_modules/a": { version: "1" },
      "node_modules/b": { version: "1", optional: true },
    },
  };
  const record = (version) => ({ packages: { "node_modules/a": { version } } });
  expect(lockIsInstalled(lock, record("1"))).toBe(true);
  expect(lockIsInstalled(lock, record("2"))).toBe(false);
  expect(lockIsInstalled(lock, { packages: {} })).toBe(false);
});

test("a fingerprint changes with a source, and not with what builds and tests make", () => {
  const root = folder();
  mkdirSync(join(root, "apps/dist"), { recursive: true });
  writeFileSync(join(root, "apps/a.ts"), "a");
  const before = fingerprint(root, ["apps", "gone"]);
  writeFileSync(join(root, "apps/dist/a.mjs"), "made");
  writeFileSync(join(root, "apps/a.test.ts"), "test");
  expect(fingerprint(root, ["apps", "gone"])).toBe(before);
  utimesSync(join(root, "apps/a.ts"), 1, 1);
  expect(fingerprint(root, ["apps", "gone"])).not.toBe(before);
});

test("what is missing is one line with the command that installs it", () => {
  expect(() => checkNode("20.18.3")).toThrow(/Node 20\.19 or newer, this is 20\.18\.3/);
  expect(() => checkNode("24.0.0")).not.toThrow();
  expect(() => checkPrograms(["git", "tmux"], (name) => name === "git")).toThrow(
    /needs tmux on this machine\. Install with: /,
  );
  const debian = { platform: "linux", has: (name) => name === "apt-get" };
  expect(installCommand(["tmux"], { ...debian, root: false })).toBe("sudo apt-get install -y tmux");
  expect(installCommand(["tmux"], { ...debian, root: true })).toBe("apt-get install -y tmux");
  expect(installCommand(["git", "tmux"], { platform: "darwin" })).toBe("brew install git tmux");
});

test("the address of this environment's relay, and who answers there", async () => {
  expect(relayAddress({})).toBe("http://127.0.0.1:4600");
  expect(relayAddress({ HOST: "0.0.0.0", PORT: "81" })).toBe("http://127.0.0.1:81");
  expect(relayAddress({ HOST: "::", PORT: "81" })).toBe("http://[::1]:81");
  expect(relayAddress({ PORT: "many" })).toBeUndefined();

  const port = await freePort();
  expect(await whoAnswers(`http://127.0.0.1:${port}`)).toBe("free");
  const server = createServer((_request, response) => response.end("hello"));
  onTestFinished(() => void server.close());
  await new Promise((listening) => server.listen(port, "127.0.0.1", listening));
  expect(await whoAnswers(`http://127.0.0.1:${port}`)).toBe("other");
});

test("the command line: parts, flags, and the orchestrator's own arguments", () => {
  expect(startArgs(["--base-dir", "x"])).toMatchObject({ parts: ["relay", "orchestrator"], baseDir: "x", dev: false });
  expect(startArgs(["--dev", "--only", "relay"])).toMatchObject({ parts: ["relay"], dev: true });
  expect(startArgs(["--only", "orchestrator", "--relay", "u", "--help"])).toMatchObject({
    rest: ["--relay", "u", "--help"],
    help: false,
  });
  expect(() => startArgs(["--only", "both"])).toThrow(/relay or orchestrator/);
  expect(() => startArgs(["--nope"])).toThrow(/Unknown option '--nope'/);
});
