// npm run bench [-- --quick] [-- part of a case's name …]: prints a table and writes bench/results/latest.json.
import { mkdirSync, writeFileSync } from "node:fs";
import { arch, cpus, platform, release, totalmem } from "node:os";
import { join } from "node:path";
import { caseArgs } from "./cases/args.mjs";
import { collect } from "./cases/collect.mjs";
import { benchTable } from "./cases/table.mjs";
import { ensureBuilt } from "./lib/build.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { checkNode } from "./lib/needs.mjs";
import { ROOT } from "./lib/root.mjs";
import { main, say } from "./lib/say.mjs";

const machine = () => ({
  node: process.version,
  platform: `${platform()} ${release()} ${arch()}`,
  cpu: cpus()[0]?.model ?? "unknown",
  cpus: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
});

await main(async () => {
  const args = caseArgs(process.argv.slice(2));
  checkNode();
  await ensureInstalled();
  await ensureBuilt();
  const { results, broken } = await collect("bench", args);
  say(`\n${benchTable(results)}\n`);

  const file = join(ROOT, "bench/results/latest.json");
  mkdirSync(join(ROOT, "bench/results"), { recursive: true });
  const report = { date: new Date().toISOString(), quick: args.quick, machine: machine(), results, broken };
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  say("written to bench/results/latest.json");
  if (broken.length > 0) say(`ended without figures: ${broken.join(", ")}`);
  return broken.length > 0 ? 1 : 0;
});
