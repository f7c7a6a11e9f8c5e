// Runs one benchmark or fault test: `node --import tsx run-case.mjs <case file> <output file> <context JSON>`.
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [file, output, context] = process.argv.slice(2);
const { default: one } = await import(pathToFileURL(file).href);
const rows = await one.run({ ...JSON.parse(context), log: (line) => process.stderr.write(`  ${line}\n`) });
writeFileSync(output, JSON.stringify({ name: one.name, rows }));
