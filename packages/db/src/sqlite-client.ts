import type { Client, InStatement, Transaction } from "@libsql/client";
import { createBreath } from "./breath.ts";
import { DatabaseError } from "./errors.ts";
import { type Connection, whenFree } from "./sqlite-connection.ts";
import { createRunner } from "./sqlite-statements.ts";

/** What the Prisma adapter calls; the rest of libsql's client (replicas, batches) has no caller here. */
type UsedClient = Pick<Client, "execute" | "executeMultiple" | "transaction" | "close">;
type UsedTransaction = Pick<Transaction, "execute" | "commit" | "rollback">;

/** What one connection is for. */
export type Role = "write" | "read";

/**
 * Takes the lock of a role, or is refused, by `exec`. A prepared statement that is refused stays active until it is
 * collected as garbage, and as long neither a later commit nor the end of a read's snapshot takes effect.
 */
const BEGIN: Record<Role, string> = {
  write: "BEGIN IMMEDIATE",
  read: "BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1",
};

/** Statements that may run inside a transaction; the others (`PRAGMA`, `VACUUM`) have no use for one. */
const NEEDS_TRANSACTION = /^\s*(SELECT|INSERT|UPDATE|DELETE|REPLACE|WITH)\b/i;

/**
 * A libsql client on one connection that lives until `close()`. libsql's own client gives its connection away with
 * each transaction and opens another, which has lost every pragma. The adapter runs one statement or transaction of a
 * client at a time. `waitMs`: longest wait for another process's lock.
 */
export function singleConnectionClient(connection: Connection, role: Role, waitMs: number): Client {
  const execute = createRunner(connection);
  const breathe = createBreath();
  const rollback = () => {
    if (connection.inTransaction) connection.exec("ROLLBACK");
  };
  const commit = () => {
    try {
      connection.exec("COMMIT");
    } finally {
      rollback();
    }
  };
  const begin = async () => {
    await breathe();
    await whenFree(() => {
      try {
        connection.exec(BEGIN[role]);
      } catch (error) {
        rollback();
        throw error;
      }
    }, waitMs);
  };
  const transaction = (): UsedTransaction => {
    let open = true;
    const ending = (end: () => void) => async () => {
      if (!open) throw ended();
      open = false;
      end();
    };
    return {
      async execute(statement: InStatement) {
        await breathe();
        // Open: another transaction may have the connection by now. In transaction: a full disk or an I/O error makes
        // SQLite roll back by itself, and what follows must not be committed one by one.
        if (!open || !connection.inTransaction) throw ended();
        return execute(statement);
      },
      commit: ending(commit),
      rollback: ending(rollback),
    };
  };
  const client: UsedClient = {
    async execute(statement: InStatement) {
      const sql = typeof statement === "string" ? statement : statement.sql;
      if (!NEEDS_TRANSACTION.test(sql)) return whenFree(() => execute(statement), waitMs);
      await begin();
      try {
        const result = execute(statement);
        commit();
        return result;
      } finally {
        rollback();
      }
    },
    executeMultiple: (script: string) => whenFree(() => void connection.exec(script), waitMs),
    async transaction() {
      await begin();
      return transaction() as Transaction;
    },
    close: () => void connection.close(),
  };
  return client as Client;
}

const ended = () =>
  new DatabaseError(
    "unavailable",
    "The transaction has ended: it was open too long, or SQLite ended it after an earlier error. Nothing of it is kept.",
  );
