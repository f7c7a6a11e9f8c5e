import { PrismaLibSql } from "@prisma/adapter-libsql";
import { createWriteContext, endable, routed } from "./adapter.ts";
import { PrismaClient } from "./generated/sqlite/client.ts";
import { singleConnectionClient } from "./sqlite-client.ts";
import { connect, whenFree } from "./sqlite-connection.ts";
import { turns } from "./turns.ts";
import type { Database, OpenOptions, Session } from "./types.ts";

/** Opens a SQLite file: one connection that writes, one that reads, so that a read never waits for a transaction. */
export async function openSqlite(path: string, options: Required<OpenOptions>): Promise<Database> {
  const { waitMs, transactionMs } = options;
  const context = createWriteContext();
  const transactionOptions = { maxWait: waitMs + transactionMs, timeout: transactionMs };
  const { factory, end } = endable({ provider: "sqlite", adapterName: "@prisma/adapter-libsql" }, async () =>
    routed(await connectAdapter(path, waitMs), await connectAdapter(path, waitMs, "PRAGMA query_only = 1"), context),
  );
  const client = new PrismaClient({ adapter: factory, transactionOptions });
  await client.$connect();
  const queue = turns();
  return {
    engine: "sqlite",
    client,
    async write(fn) {
      context.refuse("write()");
      return queue.run(() => client.$transaction((tx) => context.enter(() => fn(tx))));
    },
    ping: async () => void (await client.$queryRaw`SELECT 1`),
    session: async () => openSession(path, waitMs),
    async close() {
      end();
      await queue.idle();
      await client.$disconnect();
    },
  };
}

function connectAdapter(path: string, waitMs: number, setUp = "") {
  class OneConnection extends PrismaLibSql {
    override createClient() {
      const connection = connect(path);
      connection.exec(setUp);
      return singleConnectionClient(connection, waitMs);
    }
  }
  return new OneConnection({ url: `file:${path}` }).connect();
}

function openSession(path: string, waitMs: number): Session {
  const connection = connect(path);
  // Migrations rebuild tables, which foreign keys would answer by deleting rows; the runner checks them at the end.
  connection.exec("PRAGMA foreign_keys = 0");
  return {
    script: (sql) => whenFree(() => void connection.exec(sql), waitMs),
    rows: async (sql, args = []) => {
      const statement = connection.prepare(sql);
      if (statement.reader) return statement.all(...args) as Record<string, unknown>[];
      statement.run(...args);
      return [];
    },
    close: async () => void connection.close(),
  };
}
