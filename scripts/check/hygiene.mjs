import { isTest } from "./files.mjs";
import { codeOnly, lineAt } from "./parse.mjs";

/** What a test file must not hold, and what to do instead. */
const FORBIDDEN = [
  {
    pattern: /\b(?:test|it|describe|suite|bench)(?:\.\w+)*\.(?:skip|skipIf|todo|fixme|fails)\b/g,
    because:
      "a test runs; where a machine lacks something, call ctx.skip(condition, reason) inside it (test.info().skip in the browser)",
  },
  { pattern: /\b(?:test|it|describe|suite|bench)(?:\.\w+)*\.only\b/g, because: "it silences every other test" },
  { pattern: /\bretry\s*:|\bretries\s*:/g, because: "a test that needs a second try hides a race: fix the race" },
  {
    pattern: /new Promise\b[^;]{0,80}?\bsetTimeout\b|import\s*\{[^}]*\bsetTimeout\b|await\s+(?:setTimeout|sleep)\b/g,
    because: "poll a condition with a deadline instead of sleeping",
  },
  { pattern: /\bwaitForTimeout\b/g, because: "wait for what a person would see instead of sleeping" },
  {
    pattern: /\bvi\.(?:mock|doMock)\b/g,
    because: "use the real part, or pass another one in",
  },
];

/** Tests that can be trusted: nothing skipped, silenced, retried, slept through or mocked away. */
export const hygiene = {
  name: "test hygiene",
  run(tree) {
    const tests = tree.paths.filter(isTest);
    const details = tests.flatMap((path) => {
      const code = codeOnly(path, tree.text(path));
      return FORBIDDEN.flatMap(({ pattern, because }) =>
        [...code.matchAll(pattern)].map(
          (match) => `${path}:${lineAt(code, match.index)} has ${match[0].replace(/\s+/g, " ")}: ${because}`,
        ),
      );
    });
    return { details, summary: `${tests.length} test files` };
  },
};
