// The JavaScript of each page's first load, gzipped; ends with 1 above the budget (CON-65).
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";

const budgetKb = 250;
const built = join(import.meta.dirname, "../.next");
const appDir = join(built, "server/app");

const sizes = new Map();
function gzipped(file) {
  if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(join(built, file))).length);
  return sizes.get(file);
}

/** Chunks that the page's document asks for: those of every page, its own and its layouts'. */
function chunksOf(manifest) {
  const text = readFileSync(manifest, "utf8");
  const { entryJSFiles } = JSON.parse(text.slice(text.indexOf("] = {") + 4).replace(/;\s*$/, ""));
  const { rootMainFiles } = JSON.parse(readFileSync(join(built, "build-manifest.json"), "utf8"));
  return new Set([...rootMainFiles, ...Object.values(entryJSFiles).flat()]);
}

const suffix = "page_client-reference-manifest.js";
const pages = readdirSync(appDir, { recursive: true })
  .filter((path) => path.endsWith(suffix) && !path.includes("_global-error"))
  .map((path) => {
    const name = relative("", path.slice(0, -suffix.length)).replaceAll(/\([^)]*\)\/?/g, "");
    const bytes = [...chunksOf(join(appDir, path))].reduce((sum, file) => sum + gzipped(file), 0);
    return { name: `/${name}`, kb: bytes / 1000 };
  })
  .toSorted((a, b) => b.kb - a.kb);

console.log(`\nFirst-load JavaScript per page, gzip (at most ${budgetKb} kB)`);
for (const { name, kb } of pages) console.log(`  ${kb.toFixed(0).padStart(4)} kB  ${name}`);
const over = pages.filter(({ kb }) => kb > budgetKb);
if (over.length > 0) {
  console.error(`Over the budget: ${over.map(({ name }) => name).join(", ")}`);
  process.exitCode = 1;
}
