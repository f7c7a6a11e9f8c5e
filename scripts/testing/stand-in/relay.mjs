// A program that speaks the relay's side of the start protocol, for the tests of the start script.
import { appendFileSync } from "node:fs";
import { createServer } from "node:http";

if (process.env.BAD_ENVIRONMENT) {
  process.stderr.write("PORT must be a number\n");
  process.exit(1);
}
appendFileSync(process.env.PIDS, `relay ${process.pid}\n`);
const url = `http://127.0.0.1:${process.env.PORT}`;
const server = createServer((_request, response) => response.end(JSON.stringify({ name: "signalbox", status: "ok" })));
server.listen(Number(process.env.PORT), "127.0.0.1", () =>
  process.send({ type: "ready", url, signInUrl: `${url}/sign-in?code=once` }),
);
process.on("message", ({ type, orchestratorId }) => {
  if (type !== "issue-host-token") return;
  const refused = process.env.REFUSE_HOST && { type: "host-token-refused", message: "the id is taken" };
  process.send(refused || { type: "host-token", orchestratorId, token: `token-of-${orchestratorId}` });
});
process.on("SIGTERM", () => process.exit(0));
process.on("disconnect", () => process.exit(0));
