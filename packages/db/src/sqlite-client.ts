import type { Client, InArgs, InStatement, ResultSet, Row, Transaction } from "@libsql/client";
import { type Connection, whenFree } from "./sqlite-connection.ts";

/** What the Prisma adapter calls; the rest of libsql's client (replicas, batches) has no caller here. */
type UsedClient = Pick<Client, "execute" | "executeMultiple" | "transaction" | "close">;
type UsedTransaction = Pick<Transaction, "execute" | "commit" | "rollback">;

/**
 * A libsql client on one connection that lives until `close()`. libsql's own client gives its connection away with
 * each transaction and opens another, which has lost every pragma. The adapter runs one statement or transaction of a
 * client at a time. `timeoutMs`: longest wait for another process's lock.
 */
export function singleConnectionClient(connection: Connection, timeoutMs: number): Client {
  const free = <T>(statement: () => T) => whenFree(statement, timeoutMs);
  const client: UsedClient = {
    execute: (statement: InStatement) => free(() => execute(connection, statement)),
    executeMultiple: (script: string) => free(() => void connection.exec(script)),
    async transaction() {
      // IMMEDIATE: a transaction that reads first and writes later can then not be refused half-way.
      await free(() => connection.exec("BEGIN IMMEDIATE"));
      return transactionOn(connection) as Transaction;
    },
    close: () => void connection.close(),
  };
  return client as Client;
}

function transactionOn(connection: Connection): UsedTransaction {
  const rollback = () => {
    if (connection.inTransaction) connection.exec("ROLLBACK");
  };
  return {
    async execute(statement: InStatement) {
      // A full disk or an I/O error makes SQLite roll back by itself; what follows must not be committed one by one.
      if (!connection.inTransaction) throw new Error("SQLite ended the transaction after an earlier error.");
      return execute(connection, statement);
    },
    async commit() {
      try {
        connection.exec("COMMIT");
      } finally {
        rollback();
      }
    },
    rollback: async () => rollback(),
  };
}

function execute(connection: Connection, statement: InStatement): ResultSet {
  const { sql, args } = typeof statement === "string" ? { sql: statement, args: [] } : statement;
  const prepared = connection.prepare(sql).safeIntegers(true);
  const values = bind(args ?? []);
  if (!prepared.reader) return { ...NO_ROWS, rowsAffected: prepared.run(...values).changes };
  const columns = prepared.columns();
  const rows = prepared.raw(true).all(...values) as unknown[][];
  return {
    ...NO_ROWS,
    columns: columns.map(({ name }) => name),
    columnTypes: columns.map(({ type }) => type ?? ""),
    rows: rows.map((row) => row.map(fromSql)) as unknown as Row[],
  };
}

const NO_ROWS = {
  columns: [],
  columnTypes: [],
  rows: [],
  rowsAffected: 0,
  lastInsertRowid: undefined,
  toJSON: () => ({}),
} satisfies ResultSet;

/** The driver binds every number as REAL, which `5 || ''` shows as "5.0"; whole numbers are bound as INTEGER instead. */
function bind(args: InArgs): unknown[] {
  return Object.values(args).map((value) => {
    if (typeof value === "boolean") return value ? 1n : 0n;
    return typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : value;
  });
}

function fromSql(value: unknown): unknown {
  if (typeof value === "bigint" && value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER)
    return Number(value);
  if (value instanceof Uint8Array) return value.slice().buffer;
  return value;
}
