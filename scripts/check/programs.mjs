import { turbo } from "../lib/build.mjs";
import { plain } from "../lib/plain.mjs";
import { bin, run } from "../lib/run.mjs";

/** Lines of a failed program, without what npm and turbo say around it. */
const failure = ({ code, output }) => (code === 0 ? [] : [...plain(output), `(exit code ${code})`]);

const isWorkspace = (path) => /^(apps|packages)\/[^/]+\/package\.json$/.test(path);

/** A workspace without a `typecheck` script would be passed over in silence. */
export const untyped = (tree) =>
  tree.paths
    .filter((path) => isWorkspace(path) && !JSON.parse(tree.text(path)).scripts?.typecheck)
    .map((path) => `${path} has no typecheck script: add "typecheck": "tsc -p ."`);

/** Types of every workspace and of what lies outside them, against a freshly generated database client. */
export const types = {
  name: "types",
  async run(tree) {
    const result = await turbo(["typecheck", "--continue"]);
    return { details: [...untyped(tree), ...failure(result)] };
  },
};

/** Lint rules and format; a warning fails too. */
export const lint = {
  name: "lint, format",
  async run() {
    const flags = [
      "--colors=off",
      "--reporter=concise",
      "--diagnostic-level=warn",
      "--error-on-warnings",
      "--max-diagnostics=200",
    ];
    return { details: failure(await run([bin("biome"), "check", ...flags])) };
  },
};

/** Files, exports and dependencies that nothing uses. */
export const deadCode = {
  name: "dead code",
  async run() {
    return { details: failure(await run([bin("knip"), "--no-progress", "--no-config-hints"])) };
  },
};
