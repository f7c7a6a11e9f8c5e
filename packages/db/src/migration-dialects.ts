import type { AppliedMigration } from "./migration-plan.ts";
import type { Session } from "./types.ts";
import type { Engine } from "./url.ts";

/** What differs between the engines when migrations are applied. */
interface Dialect {
  /** Opens a transaction that holds the lock; released by its end or the connection's. */
  begin: string;
  /** `_prisma_migrations` exactly as Prisma's own tool lays it out. */
  createTable: string;
  applied(session: Session): Promise<AppliedMigration[]>;
  /** Throws when the migration left the data inconsistent. */
  verify(session: Session): Promise<void>;
  /** Parameters: id, checksum, name. */
  record: string;
}

const APPLIED = `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
  FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY migration_name`;

async function applied(session: Session): Promise<AppliedMigration[]> {
  const rows = await session.rows(APPLIED);
  return rows.map((row) => ({
    name: String(row.name),
    checksum: String(row.checksum),
    finished: Boolean(row.finished),
  }));
}

const sqlite: Dialect = {
  begin: "BEGIN IMMEDIATE",
  createTable: `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id"                    TEXT PRIMARY KEY NOT NULL,
    "checksum"              TEXT NOT NULL,
    "finished_at"           DATETIME,
    "migration_name"        TEXT NOT NULL,
    "logs"                  TEXT,
    "rolled_back_at"        DATETIME,
    "started_at"            DATETIME NOT NULL DEFAULT current_timestamp,
    "applied_steps_count"   INTEGER UNSIGNED NOT NULL DEFAULT 0
  )`,
  applied,
  async verify(session) {
    const [row] = await session.rows("PRAGMA foreign_key_check");
    if (row) throw new Error(`a row of ${row.table} points to a row of ${row.parent} that does not exist`);
  },
  record: `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
    VALUES (?, ?, ?, current_timestamp, current_timestamp, 1)`,
};

/** The key that Prisma's own tool locks. */
const PRISMA_LOCK = 72707369;

const postgresql: Dialect = {
  begin: `BEGIN; SELECT pg_advisory_xact_lock(${PRISMA_LOCK})`,
  createTable: `CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                      VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum                VARCHAR(64) NOT NULL,
    finished_at             TIMESTAMPTZ,
    migration_name          VARCHAR(255) NOT NULL,
    logs                    TEXT,
    rolled_back_at          TIMESTAMPTZ,
    started_at              TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count     INTEGER NOT NULL DEFAULT 0
  )`,
  applied,
  verify: async () => undefined,
  record: `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
    VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
};

/** By engine. */
export const dialects: Record<Engine, Dialect> = { sqlite, postgresql };
