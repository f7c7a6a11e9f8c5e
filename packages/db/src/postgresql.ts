import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { createWriteContext, endable, routed } from "./adapter.ts";
import { DatabaseError } from "./errors.ts";
import { PrismaClient } from "./generated/postgresql/client.ts";
import { once } from "./once.ts";
import { withRetry } from "./retry.ts";
import { plainSql } from "./sql.ts";
import type { Client, Database, OpenOptions, Session, Sql, Tx } from "./types.ts";
import { createWriters } from "./writer.ts";

/** Opens a PostgreSQL database through a bounded pool. */
export async function openPostgresql(url: string, options: Required<OpenOptions>): Promise<Database> {
  const { poolSize, waitMs, transactionMs, onConnectionError } = options;
  const context = createWriteContext();
  const pool = { connectionString: url, max: poolSize, connectionTimeoutMillis: waitMs, application_name: "signalbox" };
  const pgFactory = new PrismaPg(pool, { onPoolError: onConnectionError, onConnectionError });
  const { factory, end, adapter } = endable(pgFactory, async () => {
    const connected = await pgFactory.connect();
    return routed(connected, connected, context);
  });
  const transactionOptions = { maxWait: waitMs + transactionMs, timeout: transactionMs * 2 };
  const client = new PrismaClient({ adapter: factory, transactionOptions });
  await client.$connect().catch(unreachable(url));
  const { through, settled } = createWriters(context, transactionMs);
  const { sql, transaction } = plainSql("postgresql", adapter);
  return {
    engine: "postgresql",
    // The models are the same files; what only PostgreSQL's client can do is out of reach of the common type.
    client: client as unknown as Client,
    write: through<Tx>((body) =>
      withRetry(() => client.$transaction((tx) => body(tx as unknown as Tx), { isolationLevel: "ReadCommitted" })),
    ),
    sql,
    writeSql: through<Sql>((body) => withRetry(() => transaction(body))),
    ping: async () => void (await client.$queryRaw`SELECT 1`),
    session: () => openSession(url, waitMs),
    close: once(async () => {
      await settled();
      end();
      await client.$disconnect();
    }),
  };
}

/** One line that names the server, never the password. */
const unreachable =
  (url: string) =>
  (cause: unknown): never => {
    const { host, pathname } = new URL(url);
    const why = cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : String(cause);
    const where = `${host}${pathname}`;
    throw new DatabaseError("unavailable", `DATABASE_URL: PostgreSQL at ${where} cannot be reached: ${why}`, { cause });
  };

async function openSession(url: string, waitMs: number): Promise<Session> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: waitMs });
  await client.connect().catch(unreachable(url));
  return {
    script: async (sql) => void (await client.query(sql)),
    rows: async (sql, args = []) => (await client.query(sql, [...args])).rows,
    close: () => client.end(),
  };
}
