import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scene, temporary } from "../../test/scene.ts";
import { smallDisk } from "../../test/small-disk.ts";
import { exec } from "../exec.ts";
import { allProcesses, belonging, signalAll } from "../sessions/processes.ts";
import { keepLogs } from "../sessions/sessions.ts";
import { listSessions } from "../tmux/sessions.ts";
import { until } from "../until.ts";
import { answerLog } from "./answer.ts";
import { currentFile, filledFile, filledNumbers, largestFile } from "./files.ts";
import { keepOutput } from "./keep.ts";
import { asking } from "./testing.ts";

const small = 256 * 1024;

/** What keeps a session's output, with files of a quarter of a megabyte, and this test in place of tmux. */
async function keeper(dir: string, largest = small) {
  const child = spawn("/bin/sh", ["-c", await keepOutput({ dir, name: "output" }, { largest })], {
    stdio: ["pipe", "ignore", "inherit"],
  });
  return {
    write: (text: string) => new Promise<void>((resolve) => void child.stdin.write(text, () => resolve())),
    async end() {
      child.stdin.end();
      if (child.exitCode === null) await once(child, "exit");
    },
  };
}

const sizes = (dir: string) => readdirSync(dir).map((name) => statSync(join(dir, name)).size);

test("[HST-49] there are at most five files of the size at most, the oldest goes first, and no byte is missing between them", async () => {
  using dir = temporary("signalbox 'test' #");
  const kept = await keeper(dir.path);
  let written = "";
  for (let n = 0; n < 600; n += 1) {
    const text = `${n} ${"x".repeat((n * 37) % 9000)}\n`;
    written += text;
    await kept.write(text);
    // Only counted: any of them may be renamed between two looks.
    expect(readdirSync(dir.path).length).toBeLessThanOrEqual(5);
  }
  await kept.end();
  expect(Math.max(...sizes(dir.path))).toBeLessThanOrEqual(small);
  const log = { dir: dir.path, name: "output" };
  const numbers = await filledNumbers(log);
  expect(numbers).toEqual([0, 1, 2, 3].map((n) => n + (numbers[0] ?? 0)));
  expect(numbers[0]).toBeGreaterThan(1);
  const files = [...numbers.map((n) => filledFile(log, n)), currentFile(log)];
  const found = files.map((path) => readFileSync(path, "utf8")).join("");
  expect(written.endsWith(found)).toBe(true);
  expect(found.length).toBeGreaterThan(4 * (small / 2));
  expect(files.map((path) => statSync(path).mode & 0o777)).toEqual(files.map(() => 0o600));
});

test("[HST-48] [HST-49] a session that writes as fast as it can is followed over a rotation: every line once and in order", async () => {
  await using host = await scene();
  const last = 1_400_000;
  const name = await host.session(`seq 1 ${last}; echo that is all; sleep 60`);
  const log = { dir: host.path, name };
  let cursor = "1.0.0";
  let next = 1;
  const end = await until(
    async () => {
      const answer = await answerLog(log, asking({ cursor, tail: 5000, waitMs: 1000 }));
      expect(answer.skipped).toBe(false);
      for (const line of answer.lines) {
        if (line === "that is all") return true;
        if (line !== String(next)) throw new Error(`${line} came where ${next} was due`);
        next += 1;
      }
      cursor = answer.cursor;
      return false;
    },
    { withinMs: 25_000, everyMs: 0 },
  );
  expect([end, next]).toEqual([true, last + 1]);
  expect(await filledNumbers(log)).toEqual([1]);
  expect(statSync(filledFile(log, 1)).size).toBeLessThanOrEqual(largestFile);
});

test("[HST-49] output is kept again after what kept it was killed", async () => {
  await using host = await scene();
  const commandId = "cmd_a";
  mkdirSync(host.sessions.dirOf(commandId));
  const name = await host.session("echo one; read -r word; echo got $word; sleep 60", `sb-${commandId}`);
  const log = { dir: host.path, name };
  const has = async (line: string) => (await answerLog(log, asking({}))).lines.includes(line);
  expect(await until(() => has("one"), { withinMs: 5_000 })).toBe(true);
  const { stdout } = await exec("pgrep", ["-f", `^sh -c umask.*${name}.log`], { env: host.env });
  const keepers = stdout.trim().split("\n").map(Number);
  const all = await allProcesses();
  signalAll([...keepers, ...keepers.flatMap((pid) => belonging(all, pid))], "SIGKILL");
  const piped = async () => (await listSessions(host.tmux))[0]?.piped;
  // tmux notices at the next byte that nobody reads.
  expect(
    await until(
      async () => {
        await exec("tmux", ["-S", host.tmux.socket, "send-keys", "-t", name, "x"], { env: host.env });
        return (await piped()) === false;
      },
      { withinMs: 5_000 },
    ),
  ).toBe(true);
  const sessions = { ...host.sessions, dirOf: () => host.path };
  await keepLogs(sessions, await host.sessions.look());
  expect(await piped()).toBe(true);
});

test("[HST-49] a full disk costs what is written meanwhile and nothing after, and the log says so", async ({
  skip,
}) => {
  using dir = temporary();
  using disk = smallDisk(dir.path, "1m");
  skip(disk.why !== "", disk.why);
  const log = { dir: dir.path, name: "output" };
  const kept = await keeper(dir.path, largestFile);
  const text = () => (existsSync(currentFile(log)) ? readFileSync(currentFile(log), "utf8") : "");
  await kept.write("before\n");
  expect(await until(() => text() === "before\n", { withinMs: 5_000 })).toBe(true);
  disk.fill();
  for (let n = 0; n < 50; n += 1) await kept.write(`${"x".repeat(9999)}\n`);
  disk.empty();
  let n = 0;
  const again = async () => {
    n += 1;
    await kept.write(`after ${n}\n`);
    return /could not be written\r\n.*after \d+\n$/s.test(text());
  };
  expect(await until(again, { withinMs: 5_000 })).toBe(true);
  await kept.end();
  expect(text().endsWith(`after ${n}\n`)).toBe(true);
  rmSync(currentFile(log));
});
