import { ProtocolError, ProtocolErrorCode, Server } from "@modelcontextprotocol/server";
import { type CallServices, callTool, keep, type Session, subjectOf } from "./call.ts";
import { reportProgress } from "./progress.ts";
import { type RelayTool, visibleTo } from "./tools.ts";

/** Revisions that begin with `initialize`, newest first (MCP-03); the stateless revision is the handler's own. */
const sessionRevisions = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

/** What every server of an endpoint is made of. */
export interface ServerParts extends CallServices {
  tools: ReadonlyMap<string, RelayTool>;
  version: string;
  progressEveryMs: number;
}

async function unknownTool(parts: ServerParts, session: Session, name: string, args: Record<string, unknown>) {
  const tool = name.slice(0, 64);
  await keep(parts, session, { tool, outcome: "Invalid", durationMs: 0, subject: subjectOf(args) });
  return new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool: ${tool}. tools/list shows what there is.`);
}

/** A server for one request of one caller; never shared, so that no answer can reach another client. */
export function serverFor(parts: ServerParts, session: Session, instructions: string | undefined): Server {
  const server = new Server(
    { name: "signalbox", title: "Signalbox", version: parts.version },
    { capabilities: { tools: {} }, instructions, supportedProtocolVersions: sessionRevisions },
  );
  server.setRequestHandler("tools/list", () => ({
    tools: visibleTo([...parts.tools.values()], session.caller).map((tool) => tool.definition),
  }));
  server.setRequestHandler("tools/call", async ({ params: { name, arguments: args = {} } }, request) => {
    const tool = parts.tools.get(name);
    if (!tool) throw await unknownTool(parts, session, name, args);
    const done = reportProgress(request, tool, args, parts.progressEveryMs);
    return callTool(parts, tool, args, session, request.mcpReq.signal).finally(done);
  });
  return server;
}
