import { open, router, scoped } from "@signalbox/api";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { fixtureRouter, newWaiting } from "../test/fixture-router.ts";
import { toolsOf } from "./tools.ts";

const waiting = newWaiting();
const tools = () => toolsOf(fixtureRouter(waiting));
const definition = (name: string) => tools().find((tool) => tool.name === name)?.definition;

const tool = (name: `relay_${string}`) => ({ mcp: { name, title: "T", description: "D" } });
const input = z.strictObject({});
const output = z.object({ ok: z.boolean() });

describe("toolsOf", () => {
  test("[MCP-22] keeps the order of the list, whatever the order of the router", () => {
    expect(tools().map(({ name }) => name)).toEqual([
      "relay_whoami",
      "relay_send_message",
      "relay_get_message",
      "relay_shutdown_agent",
      "relay_workspace_status",
    ]);
  });

  test("[MCP-15] a name declared twice throws and names both procedures", () => {
    const again = scoped("agent:read")
      .meta(tool("relay_inbox"))
      .input(input)
      .output(output)
      .query(() => ({ ok: true }));
    expect(() => toolsOf(router({ one: again, two: again }))).toThrow("relay_inbox is declared by one and two");
  });

  test("[MCP-15] a name that is not in the list throws", () => {
    const stray = scoped("agent:read")
      .meta(tool("relay_stray"))
      .input(input)
      .output(output)
      .query(() => ({ ok: true }));
    expect(() => toolsOf(router({ stray }))).toThrow("relay_stray is not in the list of tools");
  });

  test("[MCP-15] a tool whose procedure has no scope throws", () => {
    const whoami = open()
      .meta({ open: undefined, ...tool("relay_whoami") })
      .input(input)
      .output(output)
      .query(() => ({ ok: true }));
    expect(() => toolsOf(router({ whoami }))).toThrow("whoami declares no scope");
  });

  test("[MCP-17] a tool without output schema throws, and so does a stream", () => {
    const silent = scoped("agent:read")
      .meta(tool("relay_inbox"))
      .input(input)
      .query(() => ({ ok: true }));
    expect(() => toolsOf(router({ silent }))).toThrow("silent declares no output");
    const stream = scoped("agent:read")
      .meta(tool("relay_inbox"))
      .subscription(async function* () {
        yield 1;
      });
    expect(() => toolsOf(router({ stream }))).toThrow("stream is a stream");
  });

  test("[MCP-16][MCP-18] the input schema is the procedure's own and refuses unknown properties at every level", () => {
    expect(definition("relay_send_message")?.inputSchema).toEqual({
      type: "object",
      properties: {
        to: { type: "string", maxLength: 240, description: "Whom the message is for" },
        body: { type: "string", maxLength: 20 },
        attach: {
          type: "object",
          properties: { id: { type: "string" } },
          required: ["id"],
          additionalProperties: false,
        },
      },
      required: ["to", "body"],
      additionalProperties: false,
    });
    expect(definition("relay_whoami")?.inputSchema).toEqual({
      type: "object",
      properties: {},
      additionalProperties: false,
    });
  });

  test("[MCP-17] title, description, output schema and all four hints are there", () => {
    expect(definition("relay_shutdown_agent")).toMatchObject({
      title: "Shut an agent down",
      description: "Ends an agent.",
      outputSchema: { type: "object", properties: { ok: { type: "boolean" } }, required: ["ok"] },
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
    });
  });

  test("[MCP-25] only a tool that says so is always loaded; no other has a _meta", () => {
    const withMeta = tools().filter(({ definition: { _meta } }) => _meta !== undefined);
    expect(withMeta.map(({ name, definition: { _meta } }) => [name, _meta])).toEqual([
      ["relay_workspace_status", { "anthropic/alwaysLoad": true }],
    ]);
  });

  test("[MCP-20] an open procedure as a tool needs mcp:use", () => {
    expect(tools().map(({ name, scopes }) => [name, scopes])).toContainEqual(["relay_whoami", ["mcp:use"]]);
  });
});
