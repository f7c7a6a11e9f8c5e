import type { Tool } from "@modelcontextprotocol/server";
import type { Caller, Scope, ToolMeta } from "@signalbox/api";
import { mayUse } from "@signalbox/api";
import type { AnyTRPCRouter } from "@trpc/server";
import { answerSchemaOf, inputSchemaOf } from "./json-schema.ts";
import { type Declared, declared } from "./procedures.ts";

/** All tools there are, in the order in which a caller sees them (MCP-15, MCP-22). */
export const toolNames = [
  "relay_whoami",
  "relay_send_message",
  "relay_reply",
  "relay_inbox",
  "relay_get_message",
  "relay_get_thread",
  "relay_agent_status",
  "relay_find_agents",
  "relay_spawn_agent",
  "relay_shutdown_agent",
  "relay_summon",
  "relay_retrieve",
  "relay_report_result",
  "relay_workspace_status",
  "relay_workspace_ready",
  "relay_workspace_deps",
  "relay_workspace_list",
  "relay_workspace_claim",
  "relay_workspace_release",
  "relay_workspace_land",
  "relay_upload_artifact",
  "relay_attach_artifact",
] as const;

/** A tool bound to its procedure. */
export interface RelayTool {
  name: string;
  procedure: Declared;
  /** Any one is enough (MCP-20). */
  scopes: readonly Scope[];
  /** As `tools/list` shows it. */
  definition: Tool;
}

function definitionOf(tool: ToolMeta, { input, output }: Declared): Tool {
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: inputSchemaOf(input) as Tool["inputSchema"],
    outputSchema: answerSchemaOf(output) as Tool["outputSchema"],
    annotations: {
      readOnlyHint: tool.hints?.readOnly ?? false,
      destructiveHint: tool.hints?.destructive ?? false,
      idempotentHint: tool.hints?.idempotent ?? false,
      openWorldHint: false,
    },
    ...(tool.alwaysLoad ? { _meta: { "anthropic/alwaysLoad": true } } : {}),
  };
}

function bind(tool: ToolMeta, procedure: Declared): RelayTool {
  const { meta, path } = procedure;
  const scopes = tool.scopes ?? meta.scopes ?? (meta.open ? (["mcp:use"] as const) : []);
  if (scopes.length === 0) throw new Error(`${path} declares no scope, which the tool ${tool.name} needs`);
  return { name: tool.name, procedure, scopes, definition: definitionOf(tool, procedure) };
}

/** The router's tools in the order of `names`; throws on a name that is unknown or declared twice, and on one without scope. */
export function toolsOf(router: AnyTRPCRouter, names: readonly string[] = toolNames): RelayTool[] {
  const found = new Map<string, RelayTool>();
  for (const procedure of declared(router)) {
    const tool = procedure.meta.mcp;
    if (!tool) continue;
    const other = found.get(tool.name);
    if (other) throw new Error(`The tool ${tool.name} is declared by ${other.procedure.path} and ${procedure.path}`);
    found.set(tool.name, bind(tool, procedure));
  }
  const known = names.flatMap((name) => found.get(name) ?? []);
  const unknown = [...found.keys()].filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`${unknown.join(", ")} is not in the list of tools`);
  return known;
}

/** The tools that a caller's token opens (MCP-22). */
export const visibleTo = (tools: readonly RelayTool[], caller: Caller): RelayTool[] =>
  tools.filter((tool) => mayUse(caller.scopes, tool.scopes));
