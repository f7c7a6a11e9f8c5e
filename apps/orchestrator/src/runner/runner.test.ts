import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { launch, token } from "../../test/launch.ts";
import { scene } from "../../test/scene.ts";
import { exec } from "../exec.ts";
import { endSession } from "../sessions/end.ts";
import { allProcesses, straysOf } from "../sessions/processes.ts";
import { readExit } from "../sessions/record.ts";
import { createTerminals } from "../terminals/terminals.ts";
import { killSession, listSessions } from "../tmux/sessions.ts";
import { until } from "../until.ts";

const started = { withinMs: 60_000, everyMs: 100 };
// The runner waits 10 s for a relay before it starts its program without one.
const timeout = 120_000;
const exitOf = async () => ({ code: null, reason: "ended" });

test.concurrent(
  "[HST-21] with the relay away the script runs, and its exit, lines and result are kept",
  async () => {
    await using host = await scene();
    const { dir, sessionName } = await launch(
      host,
      "for i in $(seq 1 70); do echo line $i; done\nprintf 'no newline'\nexit 3",
    );
    expect(await until(() => existsSync(join(dir, "exit.json")), started)).toBe(true);
    const exit = await readExit(dir);
    expect(exit?.end).toMatchObject({ exitCode: 3, signal: null });
    expect(exit?.end.lastLines).toEqual([...Array.from({ length: 49 }, (_, i) => `line ${i + 22}`), "no newline"]);
    expect(exit?.result).toBe(
      ["exit code 3", ...Array.from({ length: 19 }, (_, i) => `line ${i + 52}`), "no newline"].join("\n"),
    );
    expect((await listSessions(host.tmux)).map(({ name }) => name)).toEqual([sessionName]);
    expect(existsSync(join(dir, "reported"))).toBe(false);
  },
  timeout,
);

test.concurrent(
  "[HST-51] [HST-52] [HST-23] the script's environment is made from nothing and nothing holds the token",
  async () => {
    await using host = await scene();
    const { dir, agentId } = await launch(
      host,
      "cp /proc/self/environ seen; command -v sbx > which; echo done > ready; sleep 60",
    );
    expect(await until(() => existsSync(join(host.path, "ready")), started)).toBe(true);
    const variables = readFileSync(join(host.path, "seen"), "utf8").split("\0").filter(Boolean);
    const named = Object.fromEntries(variables.map((line) => line.split(/=(.*)/s).slice(0, 2)));
    const allowed =
      /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TERM|TZ|TMPDIR|XDG_\w+|\w*_proxy|\w*_PROXY|\w*CA\w*|SSL_\w+|PWD|OLDPWD|SHLVL|_)$/;
    const own = Object.keys(named).filter((name) => !allowed.test(name));
    expect(own.sort()).toEqual([
      "FROM_THE_HOST",
      "SIGNALBOX_AGENT_ID",
      "SIGNALBOX_BRANCH",
      "SIGNALBOX_RELAY_URL",
      "SIGNALBOX_WORKSPACE_ID",
    ]);
    expect(named).toMatchObject({
      SIGNALBOX_AGENT_ID: agentId,
      SIGNALBOX_RELAY_URL: "http://127.0.0.1:9",
      TERM: "screen-256color",
    });
    expect(named.PATH).toBe(`${join(dir, "bin")}:${host.env.PATH}`);
    expect(readFileSync(join(host.path, "which"), "utf8").trim()).toBe(join(dir, "bin", "sbx"));

    const everywhere = await exec("grep", ["-rlaF", token, host.path, host.paths.run], { env: host.env });
    expect(everywhere.stdout).toBe("");
    for (const { pid } of await listSessions(host.tmux)) {
      expect(
        readFileSync(`/proc/${pid}/environ`, "latin1") + readFileSync(`/proc/${pid}/cmdline`, "latin1"),
      ).not.toContain(token);
    }
    for (const name of readdirSync(dir)) expect(statSync(join(dir, name)).mode & 0o077).toBe(0);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    const { runnerSocket } = JSON.parse(readFileSync(join(dir, "session.json"), "utf8"));
    expect(statSync(runnerSocket).mode & 0o777).toBe(0o600);
  },
  timeout,
);

test.concurrent(
  "Ctrl-C in the terminal reaches the script and not the runner",
  async () => {
    await using host = await scene();
    const { dir, sessionName } = await launch(
      host,
      "trap 'echo caught; exit 7' INT\necho waiting; read -r word; echo heard $word; sleep 60",
    );
    const terminals = createTerminals({ tmux: host.tmux, exitOf });
    const log = () => readFileSync(join(dir, "output.log"), "utf8");
    expect(await until(() => existsSync(join(dir, "output.log")) && log().includes("waiting"), started)).toBe(true);
    await terminals.input(sessionName, "größe\r");
    expect(await until(() => log().includes("heard größe"), started)).toBe(true);
    await terminals.input(sessionName, "\x03");
    expect(await until(() => existsSync(join(dir, "exit.json")), started)).toBe(true);
    expect((await readExit(dir))?.end).toMatchObject({ exitCode: 7, signal: null });
    expect((await readExit(dir))?.end.lastLines.at(-1)).toMatch(/caught$/);
  },
  timeout,
);

test.concurrent(
  "[HST-24] ending a session leaves nothing of it, also of a script that ignores the asking and of what left its tree",
  async () => {
    await using host = await scene();
    const script = "trap '' INT TERM HUP\nsetsid sleep 301 & (sleep 302 &) \necho up; while :; do sleep 0.2; done";
    const { dir, sessionName, agentId } = await launch(host, script);
    const log = () => (existsSync(join(dir, "output.log")) ? readFileSync(join(dir, "output.log"), "utf8") : "");
    expect(await until(() => log().includes("up"), started)).toBe(true);
    expect((await straysOf(agentId, await allProcesses())).length).toBeGreaterThan(2);
    const ended = await endSession({ tmux: host.tmux, sessionName, agentId, dir, graceSeconds: 0 });
    expect(ended).toBe(true);
    expect(await straysOf(agentId, await allProcesses())).toEqual([]);
    expect(await listSessions(host.tmux)).toEqual([]);
    expect((await readExit(dir))?.end).toMatchObject({ exitCode: null, signal: "SIGKILL" });
  },
  timeout,
);

test.concurrent(
  "[HST-24] a script that ends when asked says so itself, and one that has not begun never begins",
  async () => {
    await using host = await scene();
    const { dir, sessionName, agentId } = await launch(host, "touch begun; sleep 60");
    const { runnerSocket } = JSON.parse(readFileSync(join(dir, "session.json"), "utf8"));
    expect(await until(() => existsSync(runnerSocket), started)).toBe(true);
    expect(await endSession({ tmux: host.tmux, sessionName, agentId, dir, graceSeconds: 5 })).toBe(true);
    expect(existsSync(join(host.path, "begun"))).toBe(false);
    expect((await readExit(dir))?.end).toMatchObject({ exitCode: null, signal: "SIGTERM" });
  },
  timeout,
);

test.concurrent(
  "[HST-24] what ran in a session that is killed from outside does not outlive it",
  async () => {
    await using host = await scene();
    const { sessionName, agentId } = await launch(host, "touch started; trap '' HUP; while :; do sleep 1; done");
    expect(await until(() => existsSync(join(host.path, "started")), started)).toBe(true);
    await killSession(host.tmux, sessionName);
    const gone = async () => (await straysOf(agentId, await allProcesses())).length === 0;
    expect(await until(gone, started)).toBe(true);
  },
  timeout,
);
