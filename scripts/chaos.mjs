// npm run chaos [-- --quick] [-- --seed N] [-- part of a case's name …]: prints a table; exit code 1 on any broken promise.
import { caseArgs } from "./cases/args.mjs";
import { collect } from "./cases/collect.mjs";
import { broke, chaosTable } from "./cases/table.mjs";
import { ensureBuilt } from "./lib/build.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { checkNode } from "./lib/needs.mjs";
import { main, say } from "./lib/say.mjs";

await main(async () => {
  const args = caseArgs(process.argv.slice(2));
  checkNode();
  await ensureInstalled();
  await ensureBuilt();
  const { results, broken } = await collect("chaos", args);
  const violations = results.flatMap(({ rows }) => rows).reduce((sum, row) => sum + broke(row), 0);
  say(`\n${chaosTable(results)}\n`);
  say(`seed ${args.seed}: ${violations} violations`);
  if (broken.length > 0) say(`ended without a result: ${broken.join(", ")}`);
  return violations > 0 || broken.length > 0 ? 1 : 0;
});
