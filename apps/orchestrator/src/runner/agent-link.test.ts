import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { until } from "../until.ts";
import { createAgentLink } from "./agent-link.ts";
import { createOutbox } from "./mail-outbox.ts";

interface Call {
  id: number;
  method?: string;
  params?: { path: string; input?: { json: { status?: string } } };
}

/** A relay that takes a registration, and cannot serve the first statuses; `hold` is waited for before each answer to one. */
async function relayThatFails(times: number, hold: () => Promise<unknown> = async () => undefined) {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  await once(server, "listening");
  const heard: string[] = [];
  const problem = { code: "Internal", message: "not now", next: "", requestId: "r" };
  server.on("connection", (socket) =>
    socket.on("message", async (data) => {
      if (String(data) === "PING") return socket.send("PONG");
      for (const { id, method, params } of [JSON.parse(String(data)) as Call | Call[]].flat()) {
        if (method !== "mutation" || !params) continue;
        const { status } = params.input?.json ?? {};
        if (status) heard.push(status);
        const json = {
          message: "not now",
          code: -32603,
          data: { code: "INTERNAL_SERVER_ERROR", httpStatus: 500, problem },
        };
        const refused = status !== undefined && heard.length <= times;
        if (status) await hold();
        socket.send(
          JSON.stringify(
            refused ? { id, error: { json } } : { id, result: { type: "data", data: { json: { epoch: 1 } } } },
          ),
        );
      }
    }),
  );
  const relay = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return {
    relay,
    heard,
    [Symbol.dispose]() {
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
}

test("[SPN-51] a status that the relay could not take is told again, until it is", async () => {
  using it = await relayThatFails(2);
  const link = createAgentLink({ relay: it.relay, token: "t", sessionName: "sb-x", random: () => 0 });
  try {
    expect(await link.registered).toBe(true);
    link.say({ status: "idle", blocked: null, result: null });
    expect(await until(() => it.heard.length >= 3, { withinMs: 20_000 })).toBe(true);
    link.say({ status: "busy", blocked: null, result: null });
    expect(await until(() => it.heard.includes("busy"), { withinMs: 20_000 })).toBe(true);
    expect(it.heard).toEqual(["idle", "idle", "idle", "busy"]);
  } finally {
    link.close();
  }
});

test("[SPN-51] a status said while the relay is being greeted with an older one is told as well", async () => {
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  using it = await relayThatFails(0, () => held);
  const link = createAgentLink({ relay: it.relay, token: "t", sessionName: "sb-x", random: () => 0 });
  try {
    link.say({ status: "busy", blocked: null, result: null });
    expect(await until(() => it.heard.length === 1, { withinMs: 20_000 })).toBe(true);
    link.say({ status: "idle", blocked: null, result: null });
    letGo();
    expect(await until(() => it.heard.length === 2, { withinMs: 20_000 })).toBe(true);
    expect(it.heard).toEqual(["busy", "idle"]);
  } finally {
    link.close();
  }
});

test("[MSG-44] how far messages came is told until the relay can take it, one after the other", async () => {
  using it = await relayThatFails(5);
  const link = createAgentLink({ relay: it.relay, token: "t", sessionName: "sb-x", random: () => 0 });
  const outbox = createOutbox((rung) =>
    // Statuses are what this relay fails at.
    link.call((relay, epoch) => relay.agents.setStatus.mutate({ epoch, status: rung === "sent" ? "busy" : "idle" }), {
      tries: Infinity,
    }),
  );
  try {
    outbox.say("sent", [1]);
    outbox.say("injected", [1]);
    expect(await until(() => it.heard.includes("idle"), { withinMs: 30_000 })).toBe(true);
    expect(it.heard).toEqual([...Array.from({ length: 6 }, () => "busy"), "idle"]);
    await outbox.empty(5_000);
  } finally {
    link.close();
  }
});
