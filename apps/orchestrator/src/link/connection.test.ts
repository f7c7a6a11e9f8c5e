import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { connect } from "./connection.ts";

interface Call {
  id: number;
  method?: string;
}

/** Takes frames of up to 1 MiB as the relay does, and answers each call of each of them. */
async function listen() {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, maxPayload: 1024 * 1024 });
  await once(server, "listening");
  const frames: number[] = [];
  server.on("connection", (socket) => {
    socket.on("error", () => undefined);
    socket.on("message", (data) => {
      const text = String(data);
      if (text === "PING") return socket.send("PONG");
      const calls = [JSON.parse(text) as Call | Call[]].flat().filter(({ method }) => method === "mutation");
      frames.push(calls.length);
      const result = { type: "data", data: { json: { wanted: true } } };
      for (const { id } of calls) socket.send(JSON.stringify({ id, result }));
    });
  });
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const close = () => {
    for (const client of server.clients) client.terminate();
    server.close();
  };
  return { url, frames, close };
}

test("[HST-41, HST-44] answers that are together too large for a frame are sent, and the connection stays", async () => {
  const { url, frames, close } = await listen();
  const connection = connect(url, "token");
  const answer = (data: string) =>
    connection.relay.commands.answer.mutate({
      ...{ orchestratorId: "host-a", instanceId: "i", requestId: "req_1" },
      answer: { type: "output", data },
      done: false,
    });
  await answer("first");
  const large = "é".repeat(150 * 1024);
  await Promise.all([large, large, large, large, large].map(answer));
  await Promise.all(["a", "b"].map(answer));
  expect(connection.lost.aborted).toBe(false);
  expect(frames.filter((calls) => calls > 0)).toEqual([1, 1, 1, 1, 1, 1, 2]);
  connection.drop();
  close();
});
