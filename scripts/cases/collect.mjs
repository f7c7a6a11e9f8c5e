import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../lib/root.mjs";
import { run } from "../lib/run.mjs";
import { Stop, say, seconds } from "../lib/say.mjs";
import { testEnv } from "../test/environment.mjs";

/** The case files `<folder>/*.<folder>.ts` whose name holds one of the filters, in the order of their names. */
function caseFiles(root, folder, filters) {
  const files = readdirSync(join(root, folder)).filter((name) => name.endsWith(`.${folder}.ts`));
  const chosen = files.filter((name) => filters.length === 0 || filters.some((part) => name.includes(part)));
  if (chosen.length === 0) throw new Stop(`no ${folder} case is named like ${filters.join(", ") || `*.${folder}.ts`}`);
  return chosen.sort().map((name) => join(root, folder, name));
}

/**
 * Runs each case in a process of its own, one after the other, and answers `{ results: [{ name, rows }], broken: [file] }`;
 * broken cases are those that ended without rows.
 */
export async function collect(folder, { filters, quick, seed }, { root = ROOT, show = true } = {}) {
  const dir = mkdtempSync(join(tmpdir(), `signalbox-${folder}-`));
  const results = [];
  const broken = [];
  try {
    for (const [i, file] of caseFiles(root, folder, filters).entries()) {
      const label = file.slice(root.length + 1);
      const tmp = join(dir, String(i));
      const output = join(dir, `${i}.json`);
      mkdirSync(tmp);
      if (show) say(`${label} …`);
      const from = performance.now();
      const script = join(ROOT, "scripts/cases/run-case.mjs");
      const context = JSON.stringify({ root, tmp, quick, seed });
      const { code } = await run([process.execPath, "--import", "tsx", script, file, output, context], {
        env: testEnv(),
        show,
      });
      if (code === 0 && existsSync(output)) results.push(JSON.parse(readFileSync(output, "utf8")));
      else broken.push(label);
      const end = code === 0 ? "" : `, ended with exit code ${code}`;
      if (show) say(`${label} ${seconds(performance.now() - from)}${end}`);
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
  return { results, broken };
}
