import { randomUUID } from "node:crypto";
import { MigrationError } from "./errors.ts";
import { dialects } from "./migration-dialects.ts";
import { defaultMigrationsDir, type Migration, readMigrations } from "./migration-files.ts";
import { plan } from "./migration-plan.ts";
import type { Database, Session } from "./types.ts";

/** Where the migrations are and how rows are named. */
export interface MigrateOptions {
  /** Folder with one folder per migration; default: the repository's for the database's engine. */
  migrationsDir?: string;
  /** Id of a row in `_prisma_migrations`, at most 36 characters; default a random UUID. */
  newId?: () => string;
}

/**
 * Applies what is pending, each migration in a transaction of its own together with its record, under a lock that
 * Prisma's own tool respects too; returns the names. Nothing pending: does nothing. Throws `MigrationError`.
 */
export async function migrate(database: Pick<Database, "engine" | "session">, options: MigrateOptions = {}) {
  const migrations = await readMigrations(options.migrationsDir ?? defaultMigrationsDir(database.engine));
  const session = await database.session();
  try {
    const names: string[] = [];
    for (;;) {
      const name = await applyNext(session, database.engine, migrations, options.newId ?? randomUUID);
      if (name === undefined) return names;
      names.push(name);
    }
  } finally {
    await session.close();
  }
}

/** One turn under the lock: looks again at what is applied, since another process may have gone first. */
async function applyNext(session: Session, engine: Database["engine"], migrations: Migration[], newId: () => string) {
  const dialect = dialects[engine];
  await session.script(dialect.begin);
  try {
    await session.script(dialect.createTable);
    const decision = plan(migrations, await dialect.applied(session));
    if (!decision.ok) throw new MigrationError(decision.reason, decision.message);
    const [next] = decision.pending;
    if (next) await apply(session, engine, next, newId());
    await session.script("COMMIT");
    return next?.name;
  } catch (error) {
    // The lock and the transaction also end with the session, so a ROLLBACK that fails hides nothing.
    await session.script("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

async function apply(session: Session, engine: Database["engine"], { name, sql, checksum }: Migration, id: string) {
  const dialect = dialects[engine];
  try {
    await session.script(sql);
    await dialect.verify(session);
    await session.rows(dialect.record, [id, checksum, name]);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new MigrationError("failed", `Migration ${name} failed and was rolled back: ${why}`, { cause });
  }
}
