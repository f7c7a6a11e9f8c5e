// A bare terminal over ws: bash on a pseudo-terminal, what it writes goes to every viewer as binary frames, what a viewer
// sends is typed. No session, no authentication, nothing joined or stored.
import { createServer } from "node:http";
import { spawn } from "@lydell/node-pty";
import { WebSocketServer } from "ws";

const { PORT, SCRIPT, PATH } = process.env;
const shell = spawn("bash", ["-c", SCRIPT], {
  cols: 80,
  rows: 24,
  env: { PATH, TERM: "xterm-256color" },
  encoding: null,
});

const server = createServer((_, res) => res.end());
const wss = new WebSocketServer({ server });
shell.onData((data) => {
  for (const viewer of wss.clients) viewer.send(data);
});
wss.on("connection", (viewer) => viewer.on("message", (data) => shell.write(data)));
server.listen(Number(PORT), "127.0.0.1", () => process.send({ type: "ready" }));
process.on("disconnect", () => {
  shell.kill("SIGKILL");
  process.exit();
});
