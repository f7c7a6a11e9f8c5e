import { appRouter, mayUse, type Scope } from "@signalbox/api";
import { describe, expect, test } from "vitest";
import { startRelay } from "../test/relay.ts";
import { type RelayTool, toolsOf } from "./tools.ts";

const tools = toolsOf(appRouter);
const tokensOf = (value: unknown) => Math.ceil(JSON.stringify(value).length / 4);
const costs = (some: RelayTool[]) =>
  some.map(({ definition }) => `${definition.name} ${tokensOf(definition)}`).join(", ");

const providerAgent: Scope[] = [
  "mcp:use",
  "agent:read",
  "agent:write",
  "message:read",
  "message:send",
  "artifact:read",
  "artifact:write",
];
const spawnGrant: Scope[] = ["command:spawn", "command:spawn-top-level", "command:shutdown"];

/** Every place of a schema that names members. */
function objectsIn(schema: unknown): { properties: object; additionalProperties?: unknown }[] {
  if (typeof schema !== "object" || schema === null) return [];
  const below = Object.values(schema).flatMap(objectsIn);
  return "properties" in schema && "type" in schema
    ? [schema as { properties: object; additionalProperties?: unknown }, ...below]
    : below;
}

type Hints = "" | "R" | "D" | "I" | "RI" | "DI";

const table: [string, Hints, Scope[]][] = [
  ["relay_whoami", "RI", ["mcp:use"]],
  ["relay_send_message", "", ["message:send"]],
  ["relay_reply", "", ["message:send"]],
  ["relay_inbox", "I", ["message:read"]],
  ["relay_get_message", "I", ["message:read"]],
  ["relay_get_thread", "I", ["message:read"]],
  ["relay_agent_status", "RI", ["agent:read"]],
  ["relay_find_agents", "RI", ["agent:read"]],
  ["relay_spawn_agent", "", ["command:spawn"]],
  ["relay_shutdown_agent", "DI", ["command:shutdown"]],
  ["relay_summon", "", ["command:spawn", "command:spawn-top-level"]],
  ["relay_retrieve", "RI", ["command:spawn"]],
  ["relay_report_result", "I", ["agent:write"]],
  ["relay_workspace_status", "RI", ["agent:read", "agent:write"]],
  ["relay_workspace_ready", "I", ["agent:write"]],
  ["relay_workspace_deps", "I", ["agent:write"]],
  ["relay_workspace_list", "RI", ["agent:read", "agent:write"]],
  ["relay_workspace_claim", "I", ["agent:write"]],
  ["relay_workspace_release", "I", ["agent:write"]],
  ["relay_workspace_land", "I", ["command:write"]],
  ["relay_upload_artifact", "", ["artifact:write"]],
  ["relay_attach_artifact", "I", ["artifact:write"]],
];
const rowOf = (name: string) => table.find(([known]) => known === name);

describe("the relay's own tools", () => {
  test("there are some", () => {
    expect(tools.length).toBeGreaterThan(0);
  });

  test.each([
    ["without", providerAgent],
    ["with", [...providerAgent, ...spawnGrant]],
  ])("[MCP-27] tools/list of an agent %s the spawn grant costs at most 6,000 tokens", (_, scopes) => {
    const listed = tools.filter((tool) => mayUse(new Set(scopes), tool.scopes));
    const answer = { tools: listed.map(({ definition }) => definition) };
    expect(tokensOf(answer), costs(listed)).toBeLessThanOrEqual(6_000);
  });

  test("[MCP-28] the eager tools together cost at most 700 tokens", () => {
    const eager = tools.filter(({ definition }) => definition._meta);
    expect(tokensOf(eager.map(({ definition }) => definition)), costs(eager)).toBeLessThanOrEqual(700);
  });

  test.each(tools.map((tool) => [tool.name, tool] as const))(
    "[MCP-18] %s refuses unknown properties at every level",
    (_, { definition }) => {
      const open = objectsIn(definition.inputSchema).filter(
        ({ additionalProperties }) => additionalProperties !== false,
      );
      expect(open).toEqual([]);
    },
  );

  test.each(tools.map((tool) => [tool.name, tool] as const))(
    "[MCP-20] %s has the scopes and hints of the table",
    (name, { scopes, definition }) => {
      const { readOnlyHint, destructiveHint, idempotentHint } = definition.annotations ?? {};
      const hints = `${readOnlyHint ? "R" : ""}${destructiveHint ? "D" : ""}${idempotentHint ? "I" : ""}`;
      expect([name, hints, scopes]).toEqual(rowOf(name));
    },
  );

  test("[MCP-21] what reads messages marks them as seen, so it is not called read-only", () => {
    const reading = ["relay_inbox", "relay_get_message", "relay_get_thread"];
    expect(reading.map((name) => rowOf(name)?.[1])).toEqual(["I", "I", "I"]);
    const shown = tools.filter(
      ({ name, definition }) => reading.includes(name) && definition.annotations?.readOnlyHint,
    );
    expect(shown.map(({ name }) => name)).toEqual([]);
  });

  test("[MCP-25] only the two workspace tools may be always loaded", () => {
    const eager = tools.filter(({ definition }) => definition._meta).map(({ name }) => name);
    expect(eager).toEqual(["relay_workspace_status", "relay_workspace_ready"]);
  });

  test("[MCP-29] a description has at most 300 characters, but for relay_summon", () => {
    const long = tools.filter(
      ({ name, definition }) => name !== "relay_summon" && (definition.description?.length ?? 0) > 300,
    );
    expect(long.map(({ name }) => name)).toEqual([]);
  });
});

test("[SPN-03] relay_spawn_agent takes the fields of agents.spawn, with their limits and defaults, and no other", async () => {
  const { definition, procedure } = tools.find(({ name }) => name === "relay_spawn_agent") as RelayTool;
  expect(procedure.path).toBe("agents.spawn");
  const {
    properties = {},
    required,
    additionalProperties,
  } = definition.inputSchema as {
    properties?: Record<string, { maxLength?: number; maxItems?: number; maximum?: number; default?: unknown }>;
    required?: string[];
    additionalProperties?: unknown;
  };
  expect([required, additionalProperties]).toEqual([["provider"], false]);
  const of = (key: "maxLength" | "maxItems" | "maximum" | "default") =>
    Object.fromEntries(Object.entries(properties).flatMap(([name, one]) => (key in one ? [[name, one[key]]] : [])));
  expect(of("maxLength")).toEqual({
    orchestratorId: 200,
    cwd: 500,
    model: 120,
    effort: 40,
    label: 120,
    profile: 120,
    policyName: 120,
    rig: 120,
    prompt: 16_000,
    systemPromptAppend: 64_000,
    spawnRequestId: 160,
  });
  expect(of("maxItems")).toEqual({ labels: 20, tags: 50, capabilities: 50, providerArgs: 50 });
  expect(of("maximum")).toEqual({ timeoutSeconds: 120 });
  const none = { tags: [], capabilities: [], providerArgs: [] };
  expect(of("default")).toEqual({ ...none, topLevel: false, queue: false, wait: false, timeoutSeconds: 90 });
  expect(Object.keys(properties).sort()).toEqual(
    [
      ...Object.keys({ ...of("maxLength"), ...of("maxItems"), ...of("default") }),
      "provider",
      "approvalMode",
      "workspaceMode",
    ].sort(),
  );

  await using relay = await startRelay(appRouter);
  await using client = await relay.connect(await relay.token("*"), "2026-07-28");
  const call = async (more: object) => {
    const given = { provider: "shell", prompt: "true", ...more };
    return (await client.callTool({ name: "relay_spawn_agent", arguments: given })).structuredContent;
  };
  expect(await call({ size: 1 })).toMatchObject({ error: { code: "Invalid", field: "size" } });
  expect(await call({ prompt: "x".repeat(16_001) })).toMatchObject({
    error: { code: "Invalid", field: "prompt", limit: 16_000 },
  });
  expect(await call({ provider: "emacs" })).toMatchObject({ error: { code: "Invalid", field: "provider" } });
  expect(await call({})).toMatchObject({
    error: { code: "NotFound", message: expect.stringContaining("no host is online") },
  });
  expect((await relay.administrator.agents.list({ status: "all" })).items).toEqual([]);
});

describe.each(["legacy", "2026-07-28"] as const)(
  "the official client of era %s against the relay's own tools",
  (era) => {
    test("[MCP-19] answers satisfy the output schema, which the client checks", async () => {
      await using relay = await startRelay(appRouter);
      await using client = await relay.connect(await relay.token("*"), era);
      expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(tools.map(({ name }) => name));
      const whoami = await client.callTool({ name: "relay_whoami", arguments: {} });
      expect(whoami.structuredContent).toMatchObject({ profile: "admin", agentId: null });
      const list = await client.callTool({ name: "relay_workspace_list", arguments: { all: true } });
      expect(list.structuredContent).toMatchObject({ workspaces: [], nextCursor: null });
    });

    test("[MCP-23][MCP-24] a token that only the procedure would let in is refused by the tool, which writes nothing", async () => {
      await using relay = await startRelay(appRouter);
      await using client = await relay.connect(
        await relay.token("mcp:use", "agent:write", "command:spawn-top-level"),
        era,
      );
      const refused = await client.callTool({
        name: "relay_spawn_agent",
        arguments: { provider: "shell", prompt: "true" },
      });
      expect(refused.structuredContent).toMatchObject({
        error: { code: "Forbidden", message: "relay_spawn_agent needs command:spawn, which this token does not have" },
      });
      expect((await relay.administrator.agents.list({})).items).toEqual([]);
    });
  },
);
