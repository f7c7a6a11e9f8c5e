import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Check, LandingProgress } from "@signalbox/api/contracts";
import { expect, test } from "vitest";
import { temporary } from "../../test/scene.ts";
import { agentBase } from "../env.ts";
import { Cancelled } from "../failure.ts";
import { allProcesses } from "../sessions/processes.ts";
import { until } from "../until.ts";
import { runChecks } from "./checks.ts";

const variables = {
  PATH: process.env.PATH ?? "",
  HOME: "/home/somebody",
  RELAY_TOKEN: "sbx_tok_secretsecretsecret",
  SIGNALBOX_ADMIN_TOKEN: "sbx_tok_adminadminadmin",
  DATABASE_URL: "postgresql://secret",
  SIGNALBOX_SHARE_KEY: "shared",
  SOMETHING_ELSE: "1",
};

const check = (command: string, more: Partial<Check> = {}): Check => ({
  name: "test",
  command,
  timeoutSeconds: 30,
  ...more,
});

/** Runs checks in a directory of their own; what they were told is in `told`. */
async function run(directory: string, checks: Check[], more: { repeats?: number; signal?: AbortSignal } = {}) {
  const told: NonNullable<LandingProgress["check"]>[] = [];
  const needs = { env: agentBase(variables), elapsed: () => performance.now() };
  const { repeats = 0, signal = new AbortController().signal } = more;
  const mark = `queue-${directory.split("-").at(-1)}`;
  const onCheck = (now: (typeof told)[number]) => void told.push(now);
  return { ...(await runChecks(needs, { directory, checks, repeats, mark, signal, onCheck })), told };
}

const pidIn = (path: string) => Number(readFileSync(path, "utf8"));
const runs = async (pid: number) => (await allProcesses()).some((one) => one.pid === pid);
const gone = (pid: number) => until(async () => !(await runs(pid)), { withinMs: 10_000 });

test("[WSP-51] checks run in order in the directory, and none after the first red one", async () => {
  using place = temporary();
  const checks = [
    check("echo one >> said", { name: "one" }),
    check("echo two >> said; exit 3", { name: "two" }),
    check("echo three >> said", { name: "three" }),
  ];
  const { green, checks: reports, told } = await run(place.path, checks);
  expect(readFileSync(join(place.path, "said"), "utf8")).toBe("one\ntwo\n");
  expect(green).toBe(false);
  expect(reports).toMatchObject([
    { name: "one", green: true, attempts: [{ exitCode: 0, reason: "exit", lastLines: [] }] },
    { name: "two", green: false, attempts: [{ exitCode: 3, reason: "exit" }] },
  ]);
  expect(told).toEqual([
    { name: "one", number: 1, of: 3, attempt: 1 },
    { name: "two", number: 2, of: 3, attempt: 1 },
  ]);
});

test("[WSP-52] [WSP-63] a check has no token and nothing of the host that is not named, ten free ports and a database name", async () => {
  using place = temporary();
  const asks = [
    "env > environment",
    `[ "$SIGNALBOX_PORT_COUNT" = 10 ] || exit 7`,
    // Each can be listened on.
    `exec node -e 'const n = require("node:net"); let open = 10; for (let i = 0; i < 10; i++) n.createServer().listen(Number(process.env.SIGNALBOX_PORT_FIRST) + i, "127.0.0.1", () => --open || process.exit(0)).on("error", () => process.exit(9))'`,
  ];
  const { green, checks } = await run(place.path, [check(asks.join("\n"))]);
  expect(checks).toMatchObject([{ green: true }]);
  expect(green).toBe(true);
  const environment = readFileSync(join(place.path, "environment"), "utf8");
  const names = environment.split("\n").map((line) => line.split("=")[0]);
  expect(environment).not.toMatch(/secret|sbx_|SOMETHING_ELSE|SHARE|DATABASE_URL/);
  expect(names).toEqual(expect.arrayContaining(["PATH", "HOME", "SIGNALBOX_PORT_FIRST", "SIGNALBOX_DATABASE_NAME"]));
  const known =
    /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TERM|TZ|TMPDIR|XDG_\w+|\w*_PROXY|SIGNALBOX_(PORT|DATABASE|LANDING)\w*|PWD|SHLVL|_|)$/;
  expect(names.filter((name) => !known.test(name ?? ""))).toEqual([]);
});

test("[WSP-52] past its time the check's whole process group is killed, and it is red with reason timeout", async () => {
  using place = temporary();
  const command = "trap '' TERM INT HUP; sleep 300 & echo $! > child; echo $$ > self; echo begun; wait";
  const since = performance.now();
  const { checks } = await run(place.path, [check(command, { timeoutSeconds: 1 })]);
  expect(checks).toMatchObject([
    { green: false, attempts: [{ exitCode: null, reason: "timeout", lastLines: ["begun"] }] },
  ]);
  expect(checks[0]?.attempts[0]?.durationMs).toBeGreaterThanOrEqual(1_000);
  expect(performance.now() - since).toBeLessThan(25_000);
  for (const name of ["child", "self"]) expect(await gone(pidIn(join(place.path, name)))).toBe(true);
});

test("[WSP-52] what a check leaves in the background is gone when it has ended, and holds nothing up", async () => {
  using place = temporary();
  const { green } = await run(place.path, [
    check("sleep 300 & echo $! > child; setsid sleep 300 & echo $! > far; exit 0"),
  ]);
  expect(green).toBe(true);
  expect(await gone(pidIn(join(place.path, "child")))).toBe(true);
  // Outside of its group it is found by its environment, which Linux alone shows.
  if (process.platform === "linux") expect(await gone(pidIn(join(place.path, "far")))).toBe(true);
});

test("[WSP-53] a red check is repeated as often as is set, and every attempt is told", async () => {
  using place = temporary();
  const third = "echo x >> tries; [ $(wc -l < tries) -ge 3 ]";
  const unsteady = await run(place.path, [check(third), check("true", { name: "after" })], { repeats: 2 });
  expect(unsteady.green).toBe(true);
  expect(unsteady.checks[0]?.attempts.map(({ green }) => green)).toEqual([false, false, true]);
  expect(unsteady.checks[1]?.attempts).toHaveLength(1);
  expect(unsteady.told.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 1]);
  writeFileSync(join(place.path, "tries"), "");
  const red = await run(place.path, [check(third)], { repeats: 1 });
  expect(red).toMatchObject({ green: false, checks: [{ attempts: [{ green: false }, { green: false }] }] });
});

test("[WSP-53] of a red check the last 200 lines are kept, both outputs in order, as plain text; of a green one none", async () => {
  using place = temporary();
  const lines =
    'for i in $(seq 500); do echo "out $i"; done; echo problem >&2; printf "\\033[31mred\\033[0m\\rsbx_tok_abcdefghijkl\\n"';
  const { checks } = await run(place.path, [check(lines), check(`${lines}; exit 1`)]);
  expect(checks[0]?.attempts[0]?.lastLines).toEqual([]);
  const last = checks[1]?.attempts[0]?.lastLines ?? [];
  expect(last).toHaveLength(200);
  expect([last[0], ...last.slice(-3)]).toEqual(["out 303", "out 500", "problem", "sbx_[masked]"]);
});

test("a check that writes without end, in lines without end, is cut and takes no memory", async () => {
  using place = temporary();
  const { checks } = await run(place.path, [check("head -c 30000000 /dev/zero | tr '\\0' x; echo; echo end; exit 1")]);
  const last = checks[0]?.attempts[0]?.lastLines ?? [];
  expect(last.at(-1)).toBe("end");
  expect(last.join("\n").length).toBeLessThan(70_000);
});

test("[HST-35] a check that is cancelled is killed, and says why", async () => {
  using place = temporary();
  const stop = new AbortController();
  const running = run(place.path, [check("sleep 300 & echo $! > child; wait")], { signal: stop.signal });
  const child = join(place.path, "child");
  const begun = () => existsSync(child) && pidIn(child) > 0;
  expect(await until(begun, { withinMs: 10_000 })).toBe(true);
  stop.abort(new Cancelled());
  await expect(running).rejects.toBeInstanceOf(Cancelled);
  expect(await gone(pidIn(join(place.path, "child")))).toBe(true);
});
