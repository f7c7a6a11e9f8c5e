import type { ServerContext } from "@modelcontextprotocol/server";
import type { RelayTool } from "./tools.ts";

interface Properties {
  wait?: { default?: unknown };
  background?: object;
}

/** Whether a call may take minutes: one that waits, or one that blocks unless told to run in the background (MCP-39). */
function waits(tool: RelayTool, args: Record<string, unknown>): boolean {
  const properties = (tool.definition.inputSchema.properties ?? {}) as Properties;
  if (properties.wait) return (args.wait ?? properties.wait.default) === true;
  return properties.background !== undefined && args.background !== true;
}

/** Whether a request is answered as an event stream (MCP-02): a single waiting call that asks for progress. */
export function streams(tools: ReadonlyMap<string, RelayTool>, body: unknown): boolean {
  const { method, params } = (body ?? {}) as { method?: string; params?: Record<string, unknown> };
  if (method !== "tools/call" || typeof params !== "object" || params === null) return false;
  const { name, arguments: args, _meta: meta } = params;
  const tool = tools.get(String(name));
  const token = (meta as { progressToken?: unknown } | undefined)?.progressToken;
  return token !== undefined && tool !== undefined && waits(tool, (args ?? {}) as Record<string, unknown>);
}

/** Tells the client at once and then every `everyMs` what is being waited for, until the returned function is called (MCP-42). */
export function reportProgress(
  { mcpReq }: ServerContext,
  tool: RelayTool,
  args: Record<string, unknown>,
  everyMs: number,
): () => void {
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined || !waits(tool, args)) return () => {};
  const subject = args.workspaceId ?? args.agentId ?? args.agent;
  const what = subject === undefined ? tool.definition.title : `${tool.definition.title}: ${subject}`;
  let progress = 0;
  const tell = () => {
    const seconds = Math.round((progress * everyMs) / 1000);
    const params = { progressToken, progress, message: `Waiting for ${seconds} s. ${what}` };
    progress += 1;
    // A client that has gone ends the wait through its own signal; there is nobody left to tell.
    mcpReq.notify({ method: "notifications/progress", params }).catch(() => {});
  };
  tell();
  const timer = setInterval(tell, everyMs);
  return () => clearInterval(timer);
}
