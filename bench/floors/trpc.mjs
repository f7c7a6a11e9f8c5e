// A bare tRPC server over ws: `emit` gives a value to every subscriber of `items`, or with `to` to those of that name;
// `store` first commits it to SQLite
// as durably as the relay does (WAL, synchronous=FULL), as one prepared statement. No authentication, no schemas.
import { EventEmitter, on } from "node:events";
import { createServer } from "node:http";
import { initTRPC } from "@trpc/server";
import { applyWSSHandler } from "@trpc/server/adapters/ws";
import Database from "libsql";
import { WebSocketServer } from "ws";

const { PORT, FLOOR_DATABASE } = process.env;
const database = new Database(FLOOR_DATABASE);
database.exec(
  "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE item (n INTEGER PRIMARY KEY, text TEXT)",
);
const insert = database.prepare("INSERT INTO item (n, text) VALUES (?, ?)");

const bell = new EventEmitter().setMaxListeners(0);
const topicOf = (input) => `item ${input?.to ?? ""}`;
const t = initTRPC.create();
const anything = (value) => value;
const router = t.router({
  emit: t.procedure.input(anything).mutation(({ input }) => {
    bell.emit(topicOf(input), input);
    return input;
  }),
  store: t.procedure.input(anything).mutation(({ input }) => {
    insert.run(input.n, JSON.stringify(input));
    bell.emit(topicOf(input), input);
    return input;
  }),
  items: t.procedure.input(anything).subscription(async function* ({ input, signal }) {
    const items = on(bell, topicOf(input), { signal });
    yield { n: -1 };
    for await (const [item] of items) yield item;
  }),
});

const server = createServer((_, res) => res.end());
applyWSSHandler({ wss: new WebSocketServer({ server }), router, createContext: () => ({}) });
server.listen(Number(PORT), "127.0.0.1", () => process.send({ type: "ready" }));
// Nobody is left who would end it.
process.on("disconnect", () => process.exit());
