import { appRouter } from "@signalbox/api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startRelay, type TestRelay } from "../test/relay.ts";
import { toolsOf } from "./tools.ts";

let relay: TestRelay;
beforeAll(async () => {
  relay = await startRelay(appRouter);
});
afterAll(() => relay[Symbol.asyncDispose]());

interface Properties {
  timeoutSeconds?: { minimum?: number; maximum?: number; default?: number };
}

/** Those whose wait has a time of its own; for relay_summon SUM-38 holds. */
const waiting = ["relay_workspace_status", "relay_retrieve"];

describe("[MCP-39] the longest wait of a call", () => {
  const tools = toolsOf(appRouter).filter(({ name }) => waiting.includes(name));

  test.each(tools.map((tool) => [tool.name, tool] as const))("%s takes 1 to 600 seconds, 300 by default", (_, tool) => {
    const { timeoutSeconds } = tool.definition.inputSchema.properties as Properties;
    expect(timeoutSeconds).toMatchObject({ minimum: 1, maximum: 600, default: 300 });
  });

  test("anything else is Invalid, naming the field and the limit, and nothing is waited for", async () => {
    await using client = await relay.connect(await relay.token("*"), "2026-07-28");
    for (const [timeoutSeconds, said] of [
      [0, ">=1"],
      [-1, ">=1"],
      [601, "<=600"],
      [1.5, "int"],
      ["5", "number"],
    ] as const) {
      const args = { workspaceId: "ws_none", wait: true, timeoutSeconds };
      const { structuredContent } = await client.callTool({ name: "relay_workspace_status", arguments: args });
      const refused = { code: "Invalid", field: "timeoutSeconds", message: expect.stringContaining(said) };
      expect(structuredContent).toMatchObject({ error: refused });
    }
  });
});
