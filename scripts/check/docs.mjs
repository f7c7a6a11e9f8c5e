import { posix } from "node:path";

const FOLDERS = /^(?:\.\/)?(apps|packages|prisma|scripts|tests|docs|bench|chaos|\.ci)\//;
const PLACEHOLDER = /[<>{}…$]|NNNN/;

const isDocument = (path) => /^(README|CONTRIBUTING)\.md$|^docs\/(?!spec\/).*\.md$/.test(path);

/**
 * The repository paths that a document cites: targets of relative links, and words in backticks that begin with one of
 * the repository's folders. Fenced blocks, addresses, and words with a placeholder (`<name>`, `…`) are not citations.
 */
function citations(path, text) {
  const prose = text.replace(/^```[\s\S]*?^```/gm, (block) => block.replace(/[^\n]/g, ""));
  return prose.split("\n").flatMap((line, i) => [
    ...[...line.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link]) => link.replace(/#.*$/, ""))
      .filter((link) => link !== "" && !/^([a-z]+:|\/)/i.test(link))
      .map((link) => ({ line: i + 1, cited: link, file: posix.join(posix.dirname(path), link) })),
    ...[...line.matchAll(/`([^`\s]+)`/g)]
      .map(([, word]) => word.replace(/:\d+(-\d+)?$/, ""))
      .filter((word) => FOLDERS.test(word) && !PLACEHOLDER.test(word))
      .map((word) => ({ line: i + 1, cited: word, file: posix.normalize(word) })),
  ]);
}

const glob = (pattern) =>
  new RegExp(
    `^${pattern.replace(/[.+^()|[\]\\]/g, "\\$&").replace(/\*\*\/?|\*/g, (star) => (star === "*" ? "[^/]*" : ".*"))}(/|$)`,
  );

const exists = (tree, file) => (file.includes("*") ? tree.paths.some((path) => glob(file).test(path)) : tree.has(file));

/** Documents cite only paths that exist; what git ignores (build outputs, results) counts as existing. */
export const docs = (isIgnored) => ({
  name: "docs' paths",
  run(tree) {
    const cited = tree.paths
      .filter(isDocument)
      .flatMap((path) => citations(path, tree.text(path)).map((citation) => ({ path, ...citation })));
    const missing = cited.filter(({ file }) => !exists(tree, file) && !isIgnored(file));
    return {
      details: missing.map(({ path, line, cited: word }) => `${path}:${line} cites ${word}, which does not exist`),
      summary: `${cited.length} citations`,
    };
  },
});
