import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporary } from "../../test/scene.ts";
import { smallDisk } from "../../test/small-disk.ts";
import { answerLog } from "./answer.ts";
import { currentFile } from "./files.ts";
import { openRolling } from "./rolling.ts";
import { asking } from "./testing.ts";

test("[HST-48] the daemon's log is in at most five files, for its owner alone, and is read as one", async () => {
  using dir = temporary();
  const log = { dir: join(dir.path, "logs"), name: "orchestrator" };
  const lines = Array.from({ length: 1000 }, (_, n) => JSON.stringify({ level: 30, msg: `number ${n}` }));
  const [first, second] = [openRolling(log, 4096), openRolling(log, 4096)];
  for (const line of lines.slice(0, 900)) first.write(`${line}\n`);
  // Another process goes on where the one before it ended.
  for (const line of lines.slice(900)) second.write(`${line}\n`);
  const files = readdirSync(log.dir).map((name) => statSync(join(log.dir, name)));
  expect(files.length).toBe(5);
  expect(Math.max(...files.map(({ size }) => size))).toBeLessThanOrEqual(4096);
  expect(files.map(({ mode }) => mode & 0o777)).toEqual(files.map(() => 0o600));
  expect(statSync(log.dir).mode & 0o777).toBe(0o700);
  const { lines: read } = await answerLog(log, asking({ tail: 5000 }));
  expect(read.length).toBeGreaterThan(400);
  expect(read).toEqual(lines.slice(-read.length));
});

test("a full disk neither stops nor ends the daemon, and the log says afterwards how many lines are missing", ({
  skip,
}) => {
  using dir = temporary();
  using disk = smallDisk(dir.path, "1m");
  skip(disk.why !== "", disk.why);
  const log = { dir: dir.path, name: "orchestrator" };
  const rolling = openRolling(log);
  rolling.write("before\n");
  disk.fill();
  for (let n = 0; n < 10; n += 1) rolling.write(`${"x".repeat(5000)}\n`);
  disk.empty();
  rolling.write("after\n");
  const lines = readFileSync(currentFile(log), "utf8").trimEnd().split("\n");
  expect([lines[0], lines.at(-1)]).toEqual(["before", "after"]);
  expect(lines.at(-2)).toMatch(/"msg":"10 lines before this could not be written"/);
});

test("a directory that cannot be made costs the file and nothing else", () => {
  const rolling = openRolling({ dir: "/dev/null/logs", name: "orchestrator" });
  expect(() => rolling.write("one\n")).not.toThrow();
});
