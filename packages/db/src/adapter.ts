import { AsyncLocalStorage } from "node:async_hooks";
import type { SqlDriverAdapter, SqlDriverAdapterFactory } from "@prisma/driver-adapter-utils";
import { DatabaseError } from "./errors.ts";

/** Knows whether the code that runs now was called by the body of a `write()` that is still open. */
export interface WriteContext {
  /** Runs the body of a `write()`. */
  enter<T>(body: () => Promise<T>): Promise<T>;
  /** Throws `DatabaseError` "misuse" inside such a body. */
  refuse(what: string): void;
}

/** Makes the context of one database. */
export function createWriteContext(): WriteContext {
  const storage = new AsyncLocalStorage<{ open: boolean }>();
  return {
    async enter(body) {
      const scope = { open: true };
      try {
        return await storage.run(scope, body);
      } finally {
        scope.open = false;
      }
    },
    refuse(what) {
      if (storage.getStore()?.open)
        throw new DatabaseError("misuse", `${what} inside write(): it would wait for that write() to end. Use its tx.`);
    },
  };
}

/** Whether a statement only reads; `WITH …` may write and counts as a write. */
const isRead = (sql: string): boolean => /^\s*SELECT\b/i.test(sql);

/** Sends reads outside a transaction to `reader`, all else to `writer`, and refuses writes beside an open `write()`. */
export function routed(writer: SqlDriverAdapter, reader: SqlDriverAdapter, context: WriteContext): SqlDriverAdapter {
  const guarded =
    <A extends unknown[], R>(what: string, run: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      context.refuse(what);
      return run(...args);
    };
  const write = guarded("A write through the client", writer.queryRaw.bind(writer));
  return {
    provider: writer.provider,
    adapterName: writer.adapterName,
    queryRaw: (query) => (isRead(query.sql) ? reader.queryRaw(query) : write(query)),
    executeRaw: guarded("A write through the client", writer.executeRaw.bind(writer)),
    executeScript: guarded("A script", writer.executeScript.bind(writer)),
    startTransaction: guarded("A second transaction", writer.startTransaction.bind(writer)),
    getConnectionInfo: writer.getConnectionInfo?.bind(writer),
    dispose: async () => {
      await writer.dispose();
      if (reader !== writer) await reader.dispose();
    },
  };
}

/** An adapter factory that connects until `end()`: a Prisma client connects again by itself after it was disconnected. */
export function endable(
  info: Pick<SqlDriverAdapterFactory, "provider" | "adapterName">,
  connect: () => Promise<SqlDriverAdapter>,
) {
  let ended = false;
  let connected: SqlDriverAdapter | undefined;
  const closed = () => new DatabaseError("closed", "The database was closed; it was used after close().");
  const factory: SqlDriverAdapterFactory = {
    provider: info.provider,
    adapterName: info.adapterName,
    async connect() {
      if (ended) throw closed();
      connected = await connect();
      return connected;
    },
  };
  const end = () => {
    ended = true;
  };
  /** The adapter of the client that is connected, for what goes past the client. */
  const adapter = (): SqlDriverAdapter => {
    if (ended || !connected) throw closed();
    return connected;
  };
  return { factory, end, adapter };
}
