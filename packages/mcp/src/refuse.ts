import type { ServerResponse } from "node:http";
import { getOAuthProtectedResourceMetadataUrl } from "@modelcontextprotocol/server";
import { type Problem, statusOf } from "@signalbox/api";

const mcpUrl = (publicUrl: string) => new URL("/api/mcp", publicUrl);

/** The body of `/.well-known/oauth-protected-resource/api/mcp`: the address, and where the token goes (MCP-11). */
export function protectedResourceMetadata(publicUrl: string): {
  resource: string;
  bearer_methods_supported: ["header"];
} {
  return { resource: mcpUrl(publicUrl).href, bearer_methods_supported: ["header"] };
}

/** The `WWW-Authenticate` value (MCP-10, MCP-12); `error` is left out where no token was sent. */
export function challenge(publicUrl: string, error?: "invalid_token" | "insufficient_scope"): string {
  const scope = error === "insufficient_scope" ? ['scope="mcp:use"'] : [];
  const metadata = `resource_metadata="${getOAuthProtectedResourceMetadataUrl(mcpUrl(publicUrl))}"`;
  return `Bearer ${[...(error ? [`error="${error}"`] : []), ...scope, metadata].join(", ")}`;
}

/** Ends a request with a JSON-RPC error that carries the problem; the status is the problem's unless given. */
export function refuse(
  res: ServerResponse,
  problem: Problem,
  { status = statusOf(problem.code), headers = {} }: { status?: number; headers?: Record<string, string> } = {},
): void {
  const error = { code: -32_000, message: `${problem.message}. ${problem.next}`, data: problem };
  res.writeHead(status, { "content-type": "application/json", ...headers });
  res.end(JSON.stringify({ jsonrpc: "2.0", id: null, error }));
}
