import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { Prisma } from "./generated/sqlite/client.ts";
import { migrate } from "./migrate.ts";
import { openDatabase } from "./open.ts";
import { createEmptyDatabase, engines } from "./testing.ts";
import type { Database } from "./types.ts";

const FIRST = "CREATE TABLE one (id INTEGER PRIMARY KEY);\n-- a ';' in a comment\nINSERT INTO one VALUES (1);\n";
const SECOND = "CREATE TABLE two (id INTEGER PRIMARY KEY); INSERT INTO two SELECT id FROM one;";

/** A folder of migrations and a way to change it. */
async function folder(files: Record<string, string>) {
  const migrationsDir = await mkdtemp(join(tmpdir(), "signalbox-migrations-"));
  onTestFinished(() => rm(migrationsDir, { recursive: true }));
  const put = async (name: string, sql: string) => {
    await mkdir(join(migrationsDir, name), { recursive: true });
    await writeFile(join(migrationsDir, name, "migration.sql"), sql);
  };
  for (const [name, sql] of Object.entries(files)) await put(name, sql);
  return { migrationsDir, put };
}

const tables = async (database: Database) => {
  const session = await database.session();
  const rows = await session.rows(
    database.engine === "sqlite"
      ? "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
      : "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
  );
  await session.close();
  return rows.map(({ name }) => name);
};

describe.each(engines)("migrate() on %s", (engine) => {
  const open = async () => {
    const { url, remove } = await createEmptyDatabase(engine);
    onTestFinished(remove);
    const database = await openDatabase(url);
    onTestFinished(database.close);
    return { ...database, url };
  };

  test("the repository's own migrations give every model its table, with every column", async () => {
    const database = await open();
    expect(await migrate(database)).toContain("0001_init");
    expect(await migrate(database)).toEqual([]);
    const names = Object.values(Prisma.ModelName);
    expect(await tables(database)).toEqual(expect.arrayContaining(names));
    for (const name of names) {
      const model = database.client[(name.charAt(0).toLowerCase() + name.slice(1)) as "setting"];
      expect(await model.findFirst()).toBeNull();
    }
  });

  test("applies what is pending in order of names, records it as Prisma does, and then nothing", async () => {
    const database = await open();
    const { migrationsDir, put } = await folder({ "0002_two": SECOND, "0001_one": FIRST });
    expect(await migrate(database, { migrationsDir })).toEqual(["0001_one", "0002_two"]);
    expect(await migrate(database, { migrationsDir })).toEqual([]);
    await put("0003_three", "CREATE TABLE three (id INTEGER PRIMARY KEY)");
    expect(await migrate(database, { migrationsDir, newId: () => "id-of-three" })).toEqual(["0003_three"]);
    const rows = await database.client.$queryRaw<Record<string, unknown>[]>`
      SELECT id, checksum, migration_name, finished_at, rolled_back_at, logs, applied_steps_count
      FROM _prisma_migrations ORDER BY migration_name`;
    expect(rows.map(({ migration_name }) => migration_name)).toEqual(["0001_one", "0002_two", "0003_three"]);
    expect(rows[0]?.checksum).toBe(createHash("sha256").update(FIRST).digest("hex"));
    expect(rows[2]).toMatchObject({ id: "id-of-three", rolled_back_at: null, logs: null, applied_steps_count: 1 });
    expect(rows[2]?.finished_at).not.toBeNull();
  });

  test("a migration that was changed afterwards is refused and nothing is applied", async () => {
    const database = await open();
    const { migrationsDir, put } = await folder({ "0001_one": FIRST });
    await migrate(database, { migrationsDir });
    await put("0001_one", `${FIRST} `);
    await put("0002_two", SECOND);
    await expect(migrate(database, { migrationsDir })).rejects.toMatchObject({
      name: "MigrationError",
      reason: "changed",
      message: expect.stringContaining("0001_one was changed after it was applied"),
    });
    expect(await tables(database)).toEqual(["_prisma_migrations", "one"]);
  });

  test("a database newer than the code is refused with what to do", async () => {
    const database = await open();
    const newer = await folder({ "0001_one": FIRST, "0002_two": SECOND });
    await migrate(database, newer);
    const older = await folder({ "0001_one": FIRST });
    await expect(migrate(database, older)).rejects.toMatchObject({
      reason: "newer-database",
      message: expect.stringContaining("Start the version that made it"),
    });
  });

  test("a migration that fails leaves nothing of itself, keeps those before it, and can be mended", async () => {
    const database = await open();
    const { migrationsDir, put } = await folder({ "0001_one": FIRST, "0002_two": `${SECOND} SELECT * FROM nowhere;` });
    await expect(migrate(database, { migrationsDir })).rejects.toMatchObject({
      reason: "failed",
      message: expect.stringMatching(/0002_two failed and was rolled back: .*nowhere/),
    });
    expect(await tables(database)).toEqual(["_prisma_migrations", "one"]);
    await put("0002_two", SECOND);
    expect(await migrate(database, { migrationsDir })).toEqual(["0002_two"]);
  });

  test("of eight at once one applies each migration", async () => {
    const { url } = await open();
    const { migrationsDir } = await folder({ "0001_one": FIRST, "0002_two": SECOND });
    const databases = await Promise.all(Array.from({ length: 8 }, () => openDatabase(url)));
    const names = await Promise.all(databases.map((database) => migrate(database, { migrationsDir })));
    await Promise.all(databases.map((database) => database.close()));
    expect(names.flat().sort()).toEqual(["0001_one", "0002_two"]);
  });

  test("a folder or file that is missing is named", async () => {
    const database = await open();
    const { migrationsDir } = await folder({});
    await mkdir(join(migrationsDir, "0001_empty"));
    const file = join(migrationsDir, "0001_empty", "migration.sql");
    const unreadable = (text: string) => ({ reason: "unreadable", message: expect.stringContaining(text) });
    await expect(migrate(database, { migrationsDir })).rejects.toMatchObject(unreadable(file));
    await expect(migrate(database, { migrationsDir: "/no/such" })).rejects.toMatchObject(unreadable("/no/such"));
  });
});

test("on SQLite a rebuilt parent table keeps its children, and a child left without a parent is refused", async () => {
  const { url, remove } = await createEmptyDatabase("sqlite");
  onTestFinished(remove);
  const database = await openDatabase(url);
  onTestFinished(database.close);
  const { migrationsDir, put } = await folder({
    "0001_one": `${FIRST} CREATE TABLE child (id INTEGER, parent INTEGER REFERENCES one(id) ON DELETE CASCADE);
      INSERT INTO child VALUES (7, 1);`,
    "0002_rebuild": `CREATE TABLE new_one (id INTEGER PRIMARY KEY, note TEXT); INSERT INTO new_one SELECT id, '' FROM one;
      DROP TABLE one; ALTER TABLE new_one RENAME TO one;`,
  });
  await migrate(database, { migrationsDir });
  expect(await database.client.$queryRaw`SELECT id, parent FROM child`).toEqual([{ id: 7, parent: 1 }]);
  await put("0003_orphan", "DELETE FROM one");
  await expect(migrate(database, { migrationsDir })).rejects.toMatchObject({
    reason: "failed",
    message: expect.stringContaining("a row of child points to a row of one that does not exist"),
  });
  expect(await database.client.$queryRaw`SELECT count(*) AS n FROM one`).toEqual([{ n: 1 }]);
});
