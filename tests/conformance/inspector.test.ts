import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { builtRelay, type Endpoint } from "./behind.ts";
import { official, type Run } from "./programs.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 700_000 });

let run: Run;
let missing: string | undefined;
let endpoint: Endpoint | undefined;

beforeAll(async () => {
  const inspector = await official("inspector");
  if ("missing" in inspector) {
    missing = inspector.missing;
    console.warn(missing);
    return;
  }
  run = inspector.run;
  endpoint = await builtRelay();
});
beforeEach(({ skip }) => {
  if (missing) skip(missing);
});
afterAll(() => endpoint?.[Symbol.asyncDispose]());

test.each(["legacy", "modern"])(
  "[MCP-16][MCP-17] the official inspector finds nothing in the tools' schemas in its %s era",
  async (era) => {
    const words = ["--cli", endpoint?.url ?? "", "--transport", "http", "--method", "tools/list", "--strict"];
    const { code, output } = await run(...words, "--protocol-era", era);
    expect(output).toContain('"relay_whoami"');
    expect([code, output.match(/^(Error|Warning): .*\n.*\n.*$/gm) ?? []]).toEqual([0, []]);
  },
);
