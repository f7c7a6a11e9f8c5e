// Bare JSON-RPC on node:http: reads the call, answers $ANSWER as its result. Also the floor of an idle server.
import { createServer } from "node:http";

const { PORT, ANSWER = "{}" } = process.env;
const result = JSON.parse(ANSWER);

const server = createServer(async (req, res) => {
  const chunks = [];
  for await (const chunk of req) chunks.push(chunk);
  const { id } = JSON.parse(Buffer.concat(chunks).toString());
  res.setHeader("content-type", "application/json");
  res.end(JSON.stringify({ jsonrpc: "2.0", id, result }));
});
server.listen(Number(PORT), "127.0.0.1", () => process.send({ type: "ready" }));
// Nobody is left who would end it.
process.on("disconnect", () => process.exit());
