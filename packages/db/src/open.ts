import { openPostgresql } from "./postgresql.ts";
import { openSqlite } from "./sqlite.ts";
import type { Database, OpenOptions } from "./types.ts";
import { locate } from "./url.ts";

const DEFAULTS: Required<OpenOptions> = {
  poolSize: 10,
  waitMs: 10_000,
  transactionMs: 30_000,
  onConnectionError: () => undefined,
};

/** Opens the database that `url` names; throws `DatabaseError` when the URL is of another kind or the file cannot be opened. */
export async function openDatabase(url: string, options: OpenOptions = {}): Promise<Database> {
  const location = locate(url);
  const limits = { ...DEFAULTS, ...options };
  return location.engine === "sqlite" ? openSqlite(location.path, limits) : openPostgresql(location.url, limits);
}
