import { expect, test } from "vitest";
import { docs } from "./docs.mjs";
import { memoryTree } from "./files.mjs";
import { hygiene } from "./hygiene.mjs";
import { boundaries } from "./imports.mjs";
import { untyped } from "./programs.mjs";
import { requirements } from "./requirements.mjs";
import { size } from "./size.mjs";

const found = (check, files) => check.run(memoryTree(files)).details;
const CONTRACTS = "packages/api/src/contracts";

test.each([
  ["packages/db/src/open.ts", 'import { x } from "@signalbox/api";'],
  ["packages/db/src/open.ts", 'import { x } from "../../api/src/ids.ts";'],
  ["packages/api/src/ids.ts", 'export { tool } from "@signalbox/mcp";'],
  ["packages/mcp/src/tools.ts", 'import { openDatabase } from "@signalbox/db";'],
  ["apps/web/src/relay.ts", 'import { journal } from "../../orchestrator/src/journal.ts";'],
  ["apps/orchestrator/src/main.ts", 'import { appRouter } from "@signalbox/api";'],
  ["apps/orchestrator/src/main.ts", 'const { appRouter } = await import("@signalbox/api");'],
  ["apps/orchestrator/src/main.ts", 'import type { Client } from "@signalbox/db";'],
  [`${CONTRACTS}/agents.ts`, 'import { ulid } from "ulid";'],
  [`${CONTRACTS}/agents.ts`, 'import type { Context } from "../context.ts";'],
  ["packages/api/src/spawn/rules.ts", 'import { read } from "./service.ts";'],
  ["packages/api/src/spawn/rules.ts", 'import { readFileSync } from "node:fs";'],
  ["packages/api/src/spawn/schema.ts", 'import { create } from "./service.ts";'],
  ["packages/api/src/spawn/router.ts", 'import { openDatabase } from "@signalbox/db";'],
  ["packages/api/src/spawn/router.ts", 'import { decide } from "./rules.ts";'],
])("%s may not hold: %s", (path, text) => {
  const details = found(boundaries, { [path]: `// first line\n${text}\n` });
  expect(details).toHaveLength(1);
  expect(details[0]).toMatch(new RegExp(`^${path}:2 imports .+: .+`));
});

test.each([
  ["packages/api/src/ids.ts", 'import { openDatabase } from "@signalbox/db";'],
  ["packages/mcp/src/tools.ts", 'import { appRouter } from "@signalbox/api";'],
  ["apps/web/src/relay.ts", 'import { openDatabase } from "@signalbox/db";'],
  ["apps/orchestrator/src/main.ts", 'import type { AppRouter } from "@signalbox/api";'],
  ["apps/orchestrator/src/main.ts", 'import { type AppRouter } from "@signalbox/api";'],
  ["apps/orchestrator/src/main.ts", 'import { Command } from "@signalbox/api/contracts";'],
  [`${CONTRACTS}/agents.ts`, 'import { z } from "zod";\nimport { Id } from "./common.ts";'],
  [
    "packages/api/src/spawn/rules.ts",
    'import type { Row } from "./mapper.ts";\nimport { states } from "../contracts/index.ts";',
  ],
  ["packages/api/src/spawn/router.ts", 'import { scoped } from "../trpc.ts";\nimport * as spawn from "./service.ts";'],
])("%s may hold: %s", (path, text) => {
  expect(found(boundaries, { [path]: text })).toEqual([]);
});

test("the environment is read in env.ts, configurations and scripts only", () => {
  const text = "// process.env is the environment\nconst port = process.env.PORT;";
  expect(found(boundaries, { "apps/web/src/server/relay.ts": text })).toEqual([
    expect.stringMatching(/^apps\/web\/src\/server\/relay\.ts:2 reads process\.env/),
  ]);
  expect(
    found(boundaries, { "apps/web/src/server/env.ts": text, "apps/web/next.config.ts": text, "scripts/a.mjs": text }),
  ).toEqual([]);
  expect(found(boundaries, { "apps/web/src/a.ts": 'const hint = "process.env"; process.env.NODE_ENV;' })).toEqual([]);
});

test("a file over 300 lines needs a reason in its first five", () => {
  const long = "x\n".repeat(301);
  expect(found(size, { "a.ts": long, "b.md": long, "c.ts": "x\n".repeat(300) })).toEqual([
    expect.stringContaining("a.ts has 301"),
  ]);
  expect(found(size, { "a.ts": `// over 300 lines: a table of states\n${long}` })).toEqual([]);
  expect(found(size, { "a.ts": `// over 300 lines:\n${long}` })).toHaveLength(1);
});

test("documents cite paths that exist", () => {
  const check = docs((path) => path.startsWith("bench/results/"));
  const files = { "packages/db/src/open.ts": "", "docs/security.md": "" };
  const cite = (text) => found(check, { ...files, "docs/architecture.md": text });
  expect(cite("See `packages/db/src/gone.ts`.")).toEqual([
    "docs/architecture.md:1 cites packages/db/src/gone.ts, which does not exist",
  ]);
  expect(cite("\n[how](../docs/gone.md#top)")).toEqual([expect.stringContaining("docs/architecture.md:2")]);
  expect(cite("`apps/*/src/gone.ts`")).toHaveLength(1);
  const good =
    "`packages/db` `packages/db/src/open.ts:12` `packages/*/src/open.ts` [s](security.md) [w](https://a.test/x) `docs/<name>.md`";
  expect(cite(`${good} \`bench/results/latest.json\` \`npm start\`\n\`\`\`\n\`apps/gone\`\n\`\`\``)).toEqual([]);
  expect(found(check, { "docs/spec/hosts.md": "`apps/gone`" })).toEqual([]);
});

test("tests cite requirements that are defined, each once", () => {
  const spec = { "docs/spec/a.md": "- **ABC-01** one\n- **ABC-02** two\n" };
  const named = (ids) => ({ "a.test.ts": `test("[${ids}] works", run);` });
  expect(requirements.run(memoryTree({ ...spec, ...named("ABC-02") }))).toEqual({
    details: [],
    summary: "2 ids, 1 cited by tests, 1 not",
  });
  expect(found(requirements, { ...spec, ...named("ABC-01, ABC-03") })).toEqual([
    "a.test.ts:1 cites ABC-03, which docs/spec does not define",
  ]);
  expect(found(requirements, { ...spec, "docs/spec/b.md": "- **ABC-01** again" })).toEqual([
    "docs/spec/b.md defines ABC-01 a second time",
  ]);
});

test.each([
  'test.skip("later", run);',
  'describe.concurrent.skip("later", run);',
  'it.skipIf(slow)("later", run);',
  'test.only("this", run);',
  'test("x", { retry: 2 }, run);',
  "await new Promise((next) => setTimeout(next, 100));",
  'import { setTimeout } from "node:timers/promises";',
  "await page.waitForTimeout(100);",
  'vi.mock("./service.ts");',
])("a test may not hold: %s", (line) => {
  expect(found(hygiene, { "a.test.ts": `\n${line}` })).toEqual([expect.stringMatching(/^a\.test\.ts:2 has /)]);
});

test("words in comments and strings, a reasoned skip and a helper's own timer are fine", () => {
  const text =
    '// test.skip, setTimeout\ntest("setTimeout", (ctx) => { ctx.skip(true, "no Redis"); });\ntest.setTimeout(5); setTimeout(() => other.end(), 5);';
  expect(found(hygiene, { "a.test.ts": text, "until.ts": "setTimeout(run, 5);" })).toEqual([]);
});

test("a workspace without a typecheck script is named", () => {
  const files = { "packages/a/package.json": "{}", "apps/b/package.json": '{"scripts":{"typecheck":"tsc -p ."}}' };
  expect(untyped(memoryTree(files))).toEqual([expect.stringContaining("packages/a/package.json")]);
});
