// A bare tRPC server over ws that keeps a fleet connected: every client subscribes to a topic of its own, and `emit` gives
// a value to one topic. Same transformer and pings as the relay's; no authentication, no schemas, nothing stored.
import { EventEmitter, on } from "node:events";
import { createServer } from "node:http";
import { initTRPC } from "@trpc/server";
import { applyWSSHandler } from "@trpc/server/adapters/ws";
import superjson from "superjson";
import { WebSocketServer } from "ws";

const { PORT, PING_MS, PONG_WAIT_MS } = process.env;

const bell = new EventEmitter().setMaxListeners(0);
const t = initTRPC.create({ transformer: superjson });
const anything = (value) => value;
const router = t.router({
  emit: t.procedure.input(anything).mutation(({ input }) => {
    bell.emit(input.topic, input);
    return input;
  }),
  items: t.procedure.input(anything).subscription(async function* ({ input, signal }) {
    const items = on(bell, input.topic, { signal });
    yield { topic: null };
    for await (const [item] of items) yield item;
  }),
});

const server = createServer((_, res) => res.end());
const keepAlive = { enabled: true, pingMs: Number(PING_MS), pongWaitMs: Number(PONG_WAIT_MS) };
applyWSSHandler({ wss: new WebSocketServer({ server }), router, createContext: () => ({}), keepAlive });
server.listen(Number(PORT), "127.0.0.1", () => process.send({ type: "ready" }));
// Nobody is left who would end it.
process.on("disconnect", () => process.exit());
