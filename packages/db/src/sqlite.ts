import { PrismaLibSql } from "@prisma/adapter-libsql";
import { createWriteContext, endable, routed } from "./adapter.ts";
import { PrismaClient } from "./generated/sqlite/client.ts";
import { once } from "./once.ts";
import { plainSql } from "./sql.ts";
import { type Role, singleConnectionClient } from "./sqlite-client.ts";
import { connect, whenFree } from "./sqlite-connection.ts";
import type { Database, OpenOptions, Session, Tx } from "./types.ts";
import { createWriters } from "./writer.ts";

/** Parameters of one statement that SQLite takes as it is built for this driver (SQLITE_MAX_VARIABLE_NUMBER). */
const MOST_PARAMETERS = 32_766;

/** Opens a SQLite file: one connection that writes, one that reads, so that a read never waits for a transaction. */
export async function openSqlite(path: string, options: Required<OpenOptions>): Promise<Database> {
  const { waitMs, transactionMs } = options;
  const context = createWriteContext();
  const { factory, end, adapter } = endable({ provider: "sqlite", adapterName: "@prisma/adapter-libsql" }, async () =>
    routed(await connectAdapter(path, "write", waitMs), await connectAdapter(path, "read", waitMs), context),
  );
  // Writers take turns at the adapter, whose queue is fair; a turn may come only after the longest transaction.
  const transactionOptions = { maxWait: waitMs + transactionMs, timeout: transactionMs * 2 };
  const client = new PrismaClient({ adapter: factory, transactionOptions });
  await client.$connect();
  const { through, settled } = createWriters(context, transactionMs);
  const { sql, transaction } = plainSql("sqlite", adapter);
  return {
    engine: "sqlite",
    client,
    write: through<Tx>((body) => client.$transaction(body)),
    sql,
    writeSql: through(transaction),
    ping: async () => void (await client.$queryRaw`SELECT 1`),
    session: async () => openSession(path, waitMs),
    close: once(async () => {
      await settled();
      try {
        // Statements not yet collected keep the file open, so the log is emptied here and not by the last close.
        await client.$queryRaw`PRAGMA wal_checkpoint(TRUNCATE)`;
      } finally {
        end();
        await client.$disconnect();
      }
    }),
  };
}

function connectAdapter(path: string, role: Role, waitMs: number) {
  class OneConnection extends PrismaLibSql {
    override createClient() {
      const connection = connect(path);
      if (role === "read") connection.exec("PRAGMA query_only = 1");
      return singleConnectionClient(connection, role, waitMs);
    }
    override async connect() {
      const adapter = await super.connect();
      // Else Prisma takes 999 for the limit, and refuses a query that names a thousand agents.
      return Object.assign(adapter, {
        getConnectionInfo: () => ({ maxBindValues: MOST_PARAMETERS, supportsRelationJoins: false }),
      });
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
