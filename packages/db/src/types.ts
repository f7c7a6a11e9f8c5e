import type { Prisma, PrismaClient } from "./generated/sqlite/client.ts";
import type { Engine } from "./url.ts";

/** The client of both engines: SQLite's type is what they have in common. */
export type Client = PrismaClient;
/** The client inside a transaction. */
export type Tx = Prisma.TransactionClient;

/**
 * Plain SQL, made with `Prisma.sql`, past Prisma's client: for hot paths, where compiling each query is most of the
 * time. Names of tables and columns in double quotes mean the same to both engines.
 */
export interface Sql {
  /** Rows by column name; values as the driver gives them. */
  rows<Row>(query: Prisma.Sql): Promise<Row[]>;
  /** How many rows it changed. */
  run(query: Prisma.Sql): Promise<number>;
}

/** One connection of its own for migrations: plain SQL, no client. */
export interface Session {
  /** Runs a script of any number of statements. */
  script(sql: string): Promise<void>;
  /** Runs one statement with `?` (SQLite) or `$1` (PostgreSQL) parameters; rows by column name. */
  rows(sql: string, args?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** An open database. */
export interface Database {
  readonly engine: Engine;
  /** For reads and single statements; a read inside an open `write()` sees the state before it. */
  readonly client: Client;
  /**
   * Runs `fn` in one transaction and commits when it returns. On PostgreSQL `fn` runs again, up to five times, after a
   * deadlock or serialization failure, so it must not act on anything but `tx`; there the isolation is READ COMMITTED:
   * raise counters with `{ increment }` and guard updates with the expected state in `where`, never write back a value
   * that was read. On SQLite writers take turns. Throws `DatabaseError` "misuse" when called inside another `write()`.
   */
  write<T>(fn: (tx: Tx) => Promise<T>): Promise<T>;
  /** Single statements in plain SQL; a statement that does not begin with SELECT counts as a write. */
  readonly sql: Sql;
  /** As `write()`, in plain SQL. */
  writeSql<T>(fn: (sql: Sql) => Promise<T>): Promise<T>;
  /** Resolves when the database answers; throws otherwise. */
  ping(): Promise<void>;
  /** Opens a connection beside the client, for migrations. */
  session(): Promise<Session>;
  /** Waits for the running `write()`s, then closes every connection. Later calls fail. */
  close(): Promise<void>;
}

/** Limits; the defaults suit the relay. */
export interface OpenOptions {
  /** PostgreSQL: most connections at once; default 10. */
  poolSize?: number;
  /** Longest wait for another process's lock or for a free connection, ms; default 10 000. */
  waitMs?: number;
  /** Longest time a transaction may stay open, ms; default 30 000. */
  transactionMs?: number;
  /** Called when an idle PostgreSQL connection breaks; the pool replaces it by itself. */
  onConnectionError?: (error: Error) => void;
}
