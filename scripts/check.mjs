// npm run check [-- part of a check's name …]: types, lint, format, boundaries, dead code and more, one line each.
import { ensureInstalled } from "./lib/install.mjs";
import { checkNode } from "./lib/needs.mjs";
import { ROOT } from "./lib/root.mjs";
import { main, say, seconds } from "./lib/say.mjs";

const AT_ONCE = 2;

/** Runs one check and prints its line, with details only when it failed; answers whether it passed. */
async function report(check, files) {
  const from = performance.now();
  // A check that breaks is a check that failed; the others still run.
  const { details, summary = "" } = await Promise.resolve()
    .then(() => check.run(files()))
    .catch((error) => ({ details: [error.stack] }));
  const time = seconds(performance.now() - from).padStart(7);
  say(`${details.length === 0 ? "✓" : "✗"} ${check.name.padEnd(14)}${time}  ${summary}`.trimEnd());
  for (const line of details) say(`    ${line}`);
  return details.length === 0;
}

await main(async () => {
  const filters = process.argv.slice(2);
  checkNode();
  await ensureInstalled();
  const { checks } = await import("./check/all.mjs");
  const { tree } = await import("./check/files.mjs");
  const queue = checks(ROOT).filter(({ name }) => filters.length === 0 || filters.some((part) => name.includes(part)));
  const passed = [];
  const worker = async () => {
    for (let check = queue.shift(); check; check = queue.shift()) passed.push(await report(check, () => tree(ROOT)));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const failed = passed.filter((ok) => !ok).length;
  say(`\n${passed.length - failed} checks passed, ${failed} failed`);
  return failed === 0 && passed.length > 0 ? 0 : 1;
});
