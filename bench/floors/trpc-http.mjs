// A bare tRPC server over node:http that answers $ANSWER to `auth.whoami`: the same transformer and path, no
// authentication, no schemas.
import { createServer } from "node:http";
import { initTRPC } from "@trpc/server";
import { nodeHTTPRequestHandler } from "@trpc/server/adapters/node-http";
import superjson from "superjson";

const { PORT, ANSWER } = process.env;
const answer = JSON.parse(ANSWER);

const t = initTRPC.create({ transformer: superjson });
const router = t.router({ auth: t.router({ whoami: t.procedure.query(() => answer) }) });

const server = createServer((req, res) => {
  const path = new URL(req.url, "http://floor").pathname.slice("/api/trpc/".length);
  return nodeHTTPRequestHandler({ req, res, path, router, createContext: () => ({}) });
});
server.listen(Number(PORT), "127.0.0.1", () => process.send({ type: "ready" }));
// Nobody is left who would end it.
process.on("disconnect", () => process.exit());
