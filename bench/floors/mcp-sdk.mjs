// The official SDK's own stateless server with one trivial tool that answers $ANSWER: no authentication, no audit.
import { createServer } from "node:http";
import { toNodeHandler } from "@modelcontextprotocol/node";
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";

const { PORT, ANSWER } = process.env;
const result = JSON.parse(ANSWER);

const handler = createMcpHandler(() => {
  const server = new McpServer({ name: "floor", version: "1.0.0" });
  server.registerTool("relay_whoami", { inputSchema: z.object({}) }, () => result);
  return server;
});
const server = createServer(toNodeHandler(handler));
server.listen(Number(PORT), "127.0.0.1", () => process.send({ type: "ready" }));
// Nobody is left who would end it.
process.on("disconnect", () => process.exit());
