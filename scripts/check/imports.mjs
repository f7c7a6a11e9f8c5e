import { posix } from "node:path";
import { BOUNDARIES, ENVIRONMENT } from "./boundaries.mjs";
import { isCode } from "./files.mjs";
import { codeOnly, importsOf, lineAt } from "./parse.mjs";

/** An import as the table names it: repository path for a relative one or an `@/` alias, else the package's name. */
function target(path, from) {
  if (from.startsWith(".")) return posix.join(posix.dirname(path), from);
  const app = /^apps\/[^/]+/.exec(path)?.[0];
  return app && from.startsWith("@/") ? `${app}/src/${from.slice(2)}` : from;
}

const among = (patterns, name) => patterns?.some((pattern) => pattern.test(name)) ?? false;

/** Whether a rule refuses an import. */
function refuses(rule, { name, type }) {
  if (type && among(rule.types, name)) return false;
  return rule.only ? !among(rule.only, name) : among(rule.never, name);
}

function violations(tree, path) {
  const text = tree.text(path);
  const rules = BOUNDARIES.filter((rule) => rule.in.test(path) && !rule.except?.test(path));
  const imports = rules.length === 0 ? [] : importsOf(path, text);
  const found = imports.flatMap(({ from, type, line }) =>
    rules
      .filter((rule) => refuses(rule, { name: target(path, from), type }))
      .map(({ because }) => `${path}:${line} imports ${from}: ${because}`),
  );
  if (among(ENVIRONMENT.allowed, path) || !text.includes("process.env")) return found;
  const at = codeOnly(path, text).search(/\bprocess\.env\b(?!\.NODE_ENV\b)/);
  return at === -1 ? found : [...found, `${path}:${lineAt(text, at)} reads process.env: ${ENVIRONMENT.because}`];
}

/** Import boundaries and where (NODE_ENV aside, which bundlers replace) the environment is read. */
export const boundaries = {
  name: "boundaries",
  run(tree) {
    const sources = tree.paths.filter(isCode);
    return { details: sources.flatMap((path) => violations(tree, path)), summary: `${sources.length} files` };
  },
};
