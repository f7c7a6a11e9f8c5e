import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";

const MADE = new Set(["node_modules", "dist", ".next", ".turbo", "generated", "test-results", "next-env.d.ts"]);
const TEST = /\.test\.tsx?$|\.tsbuildinfo$/;

/** Every source file under the given paths (files or folders, relative to root), without what builds and tests make. */
function sourceFiles(root, paths) {
  const files = [];
  const visit = (path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isFile()) files.push({ path: relative(root, path), size: stat.size, mtimeMs: stat.mtimeMs });
    if (!stat?.isDirectory()) return;
    for (const name of readdirSync(path).sort()) {
      if (!MADE.has(name) && !TEST.test(name)) visit(join(path, name));
    }
  };
  for (const path of paths) visit(join(root, path));
  return files;
}

/** A cheap hash of path, size and modification time of those files: equal means nothing was touched since. */
export function fingerprint(root, paths) {
  const hash = createHash("sha256");
  for (const { path, size, mtimeMs } of sourceFiles(root, paths)) hash.update(`${path}\0${size}\0${mtimeMs}\n`);
  return hash.digest("hex");
}
