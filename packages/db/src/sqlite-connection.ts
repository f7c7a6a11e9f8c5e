import { closeSync, openSync } from "node:fs";
import { dirname } from "node:path";
import Driver from "libsql";
import { DatabaseError } from "./errors.ts";

/** One native SQLite connection. */
export type Connection = InstanceType<typeof Driver>;

/** `PRAGMA synchronous` as a number: a commit returns only after its log is on disk. */
export const SYNCHRONOUS_FULL = 2;

/**
 * Opens a file (made with mode 0600) in WAL, with foreign keys and `synchronous=FULL`, each read back:
 * SQLite ignores a pragma it cannot honour, without an error. Native waiting is off because it would stop the event
 * loop; see `whenFree`. Throws `DatabaseError`.
 */
export function connect(path: string): Connection {
  const connection = openFile(path);
  const set = (pragma: string, value: number | string, expected = value) => {
    connection.exec(`PRAGMA ${pragma} = ${value}`);
    const [row] = connection.prepare(`PRAGMA ${pragma}`).raw(true).all() as unknown[][];
    if (row?.[0] !== expected)
      throw new DatabaseError("unavailable", `SQLite keeps ${pragma}=${row?.[0]} where ${expected} is needed: ${path}`);
  };
  try {
    // A switch to WAL needs the file for itself for a moment; the only native wait, at most this long.
    connection.exec("PRAGMA busy_timeout = 5000");
    set("journal_mode", "wal");
    set("synchronous", SYNCHRONOUS_FULL);
    set("foreign_keys", 1);
    connection.exec("PRAGMA busy_timeout = 0");
  } catch (error) {
    connection.close();
    throw error;
  }
  return connection;
}

function openFile(path: string): Connection {
  try {
    closeSync(openSync(path, "a", 0o600));
    return new Driver(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const hint = `Check that ${dirname(path)} exists and can be written.`;
    throw new DatabaseError("unavailable", `The database file cannot be opened: ${why}. ${hint}`, { cause: error });
  }
}

const SQLITE_BUSY = 5;
const PRIMARY_CODE = 0xff;

/** Whether SQLite refused because another connection has the lock. */
function isBusy(error: unknown): boolean {
  return error instanceof Driver.SqliteError && ((error.rawCode ?? 0) & PRIMARY_CODE) === SQLITE_BUSY;
}

/**
 * Runs `statement` until no other process holds the lock, giving way to the event loop in between; after `timeoutMs`
 * the busy error stands. Only for statements that had no effect when they were refused.
 */
export async function whenFree<T>(statement: () => T, timeoutMs: number): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, 50)) {
    try {
      return statement();
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
    }
    await new Promise((wake) => setTimeout(wake, pauseMs));
  }
}
