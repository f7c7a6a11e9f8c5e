import { afterAll, describe, inject, onTestFinished, TestRunner } from "vitest";
import { openDatabase } from "./open.ts";
import type {} from "./testing/global-setup.ts";
import { claimPostgresql, createEmptyPostgresql } from "./testing/postgresql.ts";
import { createSqlite } from "./testing/sqlite.ts";
import type { CreatedDatabase, Templates } from "./testing/templates.ts";
import type { Database, OpenOptions } from "./types.ts";
import type { Engine } from "./url.ts";

export type { CreatedDatabase } from "./testing/templates.ts";

/** Both engines, for `describe.each` and loops. */
export const engines: readonly Engine[] = ["sqlite", "postgresql"];

/** An open, migrated, empty database of one test. `close()` also removes it. */
export type TestDatabase = Database & { readonly url: string };

/** Makes a migrated database without rows for whoever opens it by URL; the caller removes it. */
export function createTestDatabase(engine: Engine): Promise<CreatedDatabase> {
  const { dir, sqliteFile, postgresqlUrl } = templates();
  return engine === "sqlite" ? createSqlite(dir, sqliteFile) : claimPostgresql(postgresqlUrl);
}

/** Makes a database without tables, for tests of migrations and of a first start; the caller removes it. */
export function createEmptyDatabase(engine: Engine): Promise<CreatedDatabase> {
  const { dir, postgresqlUrl } = templates();
  return engine === "sqlite" ? createSqlite(dir) : createEmptyPostgresql(postgresqlUrl);
}

function templates(): Templates {
  const provided: Templates | undefined = inject("databaseTemplates");
  if (provided) return provided;
  throw new Error('Add globalSetup: ["@signalbox/db/testing/global-setup"] to this workspace\'s vitest.config.ts.');
}

/** Makes and opens a database. Inside a test or `beforeEach` it is closed when the test ends; elsewhere the caller closes it. */
export async function testDatabase(engine: Engine, options?: OpenOptions): Promise<TestDatabase> {
  const { url, remove } = await createTestDatabase(engine);
  const database = await openDatabase(url, options);
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= database.close().finally(remove);
    return closing;
  };
  if (TestRunner.getCurrentTest()) onTestFinished(close);
  return { ...database, url, close };
}

/** Declares the same suite on both engines. `open()` gives a database of its own, closed with the test or the suite. */
export function eachEngine(name: string, suite: (open: () => Promise<TestDatabase>, engine: Engine) => void): void {
  describe.each(engines)(`${name} on %s`, (engine) => {
    const opened: TestDatabase[] = [];
    afterAll(async () => {
      await Promise.all(opened.map((database) => database.close()));
    });
    suite(async () => {
      const database = await testDatabase(engine);
      opened.push(database);
      return database;
    }, engine);
  });
}
