import type { MigrationErrorReason } from "./errors.ts";
import type { Migration } from "./migration-files.ts";

/** One row of `_prisma_migrations` that was not rolled back. */
export interface AppliedMigration {
  name: string;
  checksum: string;
  /** False when it was begun (by another tool) and never recorded as done. */
  finished: boolean;
}

/** What is left to do, or why nothing may be done. */
export type Plan = { ok: true; pending: Migration[] } | { ok: false; reason: MigrationErrorReason; message: string };

/** Compares what the code brings with what the database records. */
export function plan(migrations: readonly Migration[], applied: readonly AppliedMigration[]): Plan {
  const byName = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, checksum, finished } of applied) {
    const migration = byName.get(name);
    if (!migration) return refuse("newer-database", NEWER(name));
    if (!finished) return refuse("unfinished", UNFINISHED(name));
    if (migration.checksum !== checksum) return refuse("changed", CHANGED(name));
  }
  const done = new Set(applied.map(({ name }) => name));
  return { ok: true, pending: migrations.filter(({ name }) => !done.has(name)) };
}

const refuse = (reason: MigrationErrorReason, message: string): Plan => ({ ok: false, reason, message });

const NEWER = (name: string) =>
  `The database has migration ${name}, which this version does not know: the database is newer than the program. ` +
  "Start the version that made it, or a later one, or restore the backup taken before the upgrade.";

const CHANGED = (name: string) =>
  `Migration ${name} was changed after it was applied. ` +
  "Restore its original file (reinstall this version) and put the change into a new migration.";

const UNFINISHED = (name: string) =>
  `Migration ${name} was begun and not finished. ` +
  "Restore a backup, or repair the schema by hand and mark it with `prisma migrate resolve`.";
