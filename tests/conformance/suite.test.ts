import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { builtRelay, type Endpoint, fixtureEndpoint } from "./behind.ts";
import { needsFixtureTools, notApplicable } from "./not-applicable.ts";
import { official, type Run } from "./programs.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 700_000 });

const revisions = ["2025-11-25", "2026-07-28"];
const targets = [
  { what: "the endpoint with the suite's tools", start: fixtureEndpoint, failing: notApplicable },
  { what: "the built relay", start: builtRelay, failing: [...notApplicable, needsFixtureTools] },
];

let run: Run;
let missing: string | undefined;
const dir = mkdtempSync(join(tmpdir(), "signalbox-conformance-"));

beforeAll(async () => {
  const suite = await official("conformance");
  if ("missing" in suite) {
    missing = suite.missing;
    console.warn(missing);
  } else run = suite.run;
});
beforeEach(({ skip }) => {
  if (missing) skip(missing);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe.each(targets)("$what and the official conformance suite", ({ what, start, failing }) => {
  let endpoint: Endpoint | undefined;
  // Every JSON document is a YAML one, which is what the suite reads.
  const expected = join(dir, `${what.replaceAll(/\W+/g, "-")}.yml`);
  beforeAll(async () => {
    if (missing) return;
    endpoint = await start();
    writeFileSync(expected, JSON.stringify({ server: failing.flatMap(({ scenarios }) => scenarios) }));
  });
  afterAll(() => endpoint?.[Symbol.asyncDispose]());

  test.each(revisions)("[MCP-03] agree on revision %s but for what is listed as not applicable", async (revision) => {
    const url = endpoint?.url ?? "";
    const { code, output } = await run(
      "server",
      "--url",
      url,
      "--requirements",
      revision,
      "--expected-failures",
      expected,
      "--output-dir",
      join(dir, "results"),
    );
    expect(output).toContain("=== SUMMARY ===");
    expect(code, output.slice(output.indexOf("=== SUMMARY ==="))).toBe(0);
  });
});
