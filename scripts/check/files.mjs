import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Every file of the repository that git tracks or would track, as paths from its root. */
function repositoryFiles(root) {
  const list = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    maxBuffer: 1 << 28,
  });
  const paths = new Set(list.toString().split("\0").filter(Boolean));
  return [...paths].filter((path) => existsSync(join(root, path))).sort();
}

/** What a check is given: the root, the files, and their text. A test passes `files` as `{ path: text }` instead. */
export function tree(root, paths = repositoryFiles(root)) {
  const texts = new Map();
  return {
    root,
    paths,
    text(path) {
      if (!texts.has(path)) texts.set(path, readFileSync(join(root, path), "utf8"));
      return texts.get(path);
    },
    has: (path) => existsSync(join(root, path)),
  };
}

/** A tree in memory: for the tests of the checks. */
export function memoryTree(files) {
  const paths = Object.keys(files);
  return {
    paths,
    text: (path) => files[path],
    has: (path) => paths.some((one) => one === path || one.startsWith(`${path.replace(/\/$/, "")}/`)),
  };
}

/** TypeScript and JavaScript sources. */
export const isCode = (path) => /\.(ts|tsx|mts|mjs|js)$/.test(path);

/** Test files. */
export const isTest = (path) => /\.(test|spec)\.(ts|tsx|mjs)$/.test(path);
