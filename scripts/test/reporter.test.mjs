import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ROOT } from "../lib/root.mjs";
import { testEnv } from "./environment.mjs";

const SUITES = {
  "a.test.mjs": `import { beforeAll, describe, expect, test } from "vitest";
    test("good", () => expect(1).toBe(1));
    test("bad", () => expect(1).toBe(2));
    test("reasoned", (ctx) => ctx.skip("no Redis"));
    test.skip("silent", () => {});
    describe("set-up fails", () => {
      beforeAll(() => { throw new Error("no database"); });
      test("never runs", () => expect(1).toBe(1));
    });`,
  "b.test.mjs": 'throw new Error("does not load");',
};

test("the totals of a run hold passed, failed, broken suites, and the reasons of skipped tests", async () => {
  const dir = mkdtempSync(join(tmpdir(), "signalbox-reporter-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  symlinkSync(join(ROOT, "node_modules"), join(dir, "node_modules"));
  for (const [name, text] of Object.entries(SUITES)) writeFileSync(join(dir, name), text);
  const file = join(dir, "totals.json");
  const reporter = join(ROOT, "scripts/test/vitest-reporter.mjs");
  const args = [join(ROOT, "node_modules/vitest/vitest.mjs"), "run", `--reporter=${reporter}`];
  await new Promise((done) =>
    execFile(process.execPath, args, { cwd: dir, env: { ...testEnv(), TOTALS_FILE: file } }, done),
  );

  const totals = JSON.parse(readFileSync(file, "utf8"));
  expect(totals.passed).toBe(1);
  // One test, one set-up with the test it kept from running, and one file.
  expect(totals.failed).toBeGreaterThanOrEqual(3);
  expect(totals.skipped).toContainEqual({ name: "reasoned", reason: "no Redis" });
  expect(totals.skipped).toContainEqual({ name: "silent" });
  expect(totals.skipped.map(({ name }) => name)).not.toContain("set-up fails > never runs");
});
