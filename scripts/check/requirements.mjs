import { isTest } from "./files.mjs";

const DEFINED = /\*\*([A-Z]{3}-\d{2,3})\*\*/g;
const CITED = /\[((?:[A-Z]{3}-\d{2,3})(?:,\s*[A-Z]{3}-\d{2,3})*)\]/g;

const isCiting = (path) => isTest(path) || /\.(bench|chaos)\.ts$/.test(path);

/** Every requirement id defined in docs/spec: `{ id, path }`. */
const definedIds = (tree) =>
  tree.paths
    .filter((path) => /^docs\/spec\/.*\.md$/.test(path))
    .flatMap((path) => [...tree.text(path).matchAll(DEFINED)].map(([, id]) => ({ id, path })));

/** Every id that tests, benchmarks and fault tests cite, `[WSP-33]` or `[WSP-33, WSP-34]`: `{ id, path, line }`. */
const citedIds = (tree) =>
  tree.paths.filter(isCiting).flatMap((path) =>
    tree
      .text(path)
      .split("\n")
      .flatMap((line, i) =>
        [...line.matchAll(CITED)].flatMap(([, ids]) => ids.split(/,\s*/).map((id) => ({ id, path, line: i + 1 }))),
      ),
  );

/** Tests cite only ids that docs/spec defines, each id is defined once; says how many are cited by no test. */
export const requirements = {
  name: "requirements",
  run(tree) {
    const defined = definedIds(tree);
    const known = new Set(defined.map(({ id }) => id));
    const cited = citedIds(tree);
    const proved = new Set(cited.map(({ id }) => id).filter((id) => known.has(id)));
    const twice = defined.filter(({ id }, i) => defined.findIndex((one) => one.id === id) !== i);
    return {
      details: [
        ...cited
          .filter(({ id }) => !known.has(id))
          .map(({ id, path, line }) => `${path}:${line} cites ${id}, which docs/spec does not define`),
        ...twice.map(({ id, path }) => `${path} defines ${id} a second time`),
      ],
      summary: `${known.size} ids, ${proved.size} cited by tests, ${known.size - proved.size} not`,
    };
  },
};
