import { join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import {
  diff,
  loadSchemaEngine,
  prismaDir,
  readMigratedModels,
  readModels,
  type StartSchemaEngine,
} from "../scripts/schema-engine.ts";
import { readMigrations } from "./migration-files.ts";
import { createTestDatabase, engines } from "./testing.ts";

let start: StartSchemaEngine;
beforeAll(async () => {
  start = await loadSchemaEngine();
});

describe.each(engines)("Prisma's own engine on %s", (engine) => {
  const connect = async () => {
    const { url, remove } = await createTestDatabase(engine);
    onTestFinished(remove);
    return start(engine, url);
  };

  test("finds the models in the migrations: else run npm run db:diff -w packages/db -- <name>", async () => {
    expect(await diff(await connect(), engine, await readMigratedModels(engine), await readModels())).toBeUndefined();
  });

  test("writes SQL for a model that changed", async () => {
    const models = await readModels();
    const changed = models.replace("model Setting {", "model Setting {\n  note String?");
    expect(await diff(await connect(), engine, models, changed)).toContain('ALTER TABLE "Setting" ADD COLUMN');
  });

  test("takes what migrate() recorded for its own: nothing edited, failed or left to apply", async () => {
    const dir = join(prismaDir, engine, "migrations");
    const migrations = await readMigrations(dir);
    const migrationsList = {
      baseDir: dir,
      lockfile: { path: "migration_lock.toml", content: null },
      shadowDbInitScript: "",
      migrationDirectories: migrations.map(({ name, sql }) => ({
        path: name,
        migrationFile: { path: "migration.sql", content: { tag: "ok" as const, value: sql } },
      })),
    };
    const schemaEngine = await connect();
    const filters = { externalTables: [], externalEnums: [] };
    expect(
      await schemaEngine.diagnoseMigrationHistory({ migrationsList, optInToShadowDatabase: false, filters }),
    ).toMatchObject({ hasMigrationsTable: true, history: null, editedMigrationNames: [], failedMigrationNames: [] });
    expect(await schemaEngine.applyMigrations({ migrationsList, filters })).toEqual({ appliedMigrationNames: [] });
  });
});
