// npm test: brings what is missing, builds, runs every test there is, and ends with `N passed, N failed`.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureBuilt } from "./lib/build.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { checkNode } from "./lib/needs.mjs";
import { ROOT } from "./lib/root.mjs";
import { bin, run } from "./lib/run.mjs";
import { main, Stop, say } from "./lib/say.mjs";
import { testArgs } from "./test/args.mjs";
import { testEnv } from "./test/environment.mjs";
import { ensurePrograms } from "./test/programs.mjs";
import { exitCode, fromPlaywright, settled, sum, summary } from "./test/totals.mjs";

const readJson = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined);

async function runVitest(dir, filters) {
  const file = join(dir, "vitest.json");
  const reporters = ["--reporter=default", `--reporter=${join(ROOT, "scripts/test/vitest-reporter.mjs")}`];
  const { code } = await run([bin("vitest"), "run", ...reporters, ...filters], {
    env: { ...testEnv(), TOTALS_FILE: file },
    show: true,
  });
  return settled(readJson(file), code);
}

async function runPlaywright(dir, filters) {
  const file = join(dir, "playwright.json");
  const { code } = await run([bin("playwright"), "test", "--reporter=list,json", ...filters], {
    env: { ...testEnv(), PLAYWRIGHT_JSON_OUTPUT_FILE: file },
    show: true,
  });
  const report = readJson(file);
  return settled(report && fromPlaywright(report), code);
}

/** Builds; a build that fails is a failed run, which still ends with the line of totals. */
async function built() {
  try {
    await ensureBuilt();
    return true;
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    say(error.message);
    say(summary({ passed: 0, failed: 1, skipped: [] }));
    return false;
  }
}

await main(async () => {
  const { unit, e2e, filters } = testArgs(process.argv.slice(2));
  checkNode();
  await ensureInstalled();
  await ensurePrograms({ browser: e2e });
  if (!(await built())) return 1;

  const dir = mkdtempSync(join(tmpdir(), "signalbox-totals-"));
  try {
    const totals = [];
    if (unit) totals.push(await runVitest(dir, filters));
    if (e2e) totals.push(await runPlaywright(dir, filters));
    const total = sum(totals);
    say(summary(total, filters.length > 0));
    return exitCode(total);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
