import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { migrate } from "./migrate.ts";
import { openDatabase } from "./open.ts";
import { createEmptyDatabase, engines } from "./testing.ts";
import type { Database } from "./types.ts";
import type { Engine } from "./url.ts";

/** A statement in the middle of the migration that lasts until the process is killed, or one second. */
const LONG: Record<Engine, string> = {
  sqlite:
    "CREATE TABLE counted AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300000000) SELECT max(i) AS i FROM n;",
  postgresql: "SELECT pg_sleep(1);",
};

const CHILD = `
  const { migrate, openDatabase } = await import(process.argv[1]);
  await migrate(await openDatabase(process.argv[2]), { migrationsDir: process.argv[3] });
`;

/** Longer than anything but the long statement holds SQLite's lock. */
const HELD_MS = 400;

/** Whether somebody is inside the long statement. */
async function busy(database: Database): Promise<boolean> {
  if (database.engine === "postgresql") {
    const sleeping = await database.client.$queryRaw<unknown[]>`
      SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`;
    return sleeping.length > 0;
  }
  return database.write(async () => false).catch(() => true);
}

describe.each(engines)("migrate() killed half-way on %s", (engine) => {
  test("leaves the state before the migration, and the next start applies it", async () => {
    const { url, remove } = await createEmptyDatabase(engine);
    onTestFinished(remove);
    const migrationsDir = await mkdtemp(join(tmpdir(), "signalbox-migrations-"));
    onTestFinished(() => rm(migrationsDir, { recursive: true }));
    const file = join(migrationsDir, "0001_long", "migration.sql");
    await mkdir(join(file, ".."));
    const rest = "CREATE TABLE last (id INTEGER PRIMARY KEY);";
    await writeFile(file, `CREATE TABLE first (id INTEGER PRIMARY KEY); ${LONG[engine]} ${rest}`);

    const database = await openDatabase(url, { waitMs: HELD_MS });
    onTestFinished(database.close);
    const index = join(import.meta.dirname, "index.ts");
    const args = ["--import", "tsx", "--input-type=module", "-e", CHILD, index, url, migrationsDir];
    const child = spawn(process.execPath, args, { stdio: "ignore", cwd: join(import.meta.dirname, "..") });
    onTestFinished(() => void child.kill("SIGKILL"));
    await expect.poll(() => busy(database), { timeout: 20_000 }).toBe(true);
    child.kill("SIGKILL");
    await once(child, "exit");

    const count = (name: string) => database.client.$queryRawUnsafe(`SELECT count(*) FROM ${name}`);
    await expect(count("first")).rejects.toThrow();
    await writeFile(file, `CREATE TABLE first (id INTEGER PRIMARY KEY); ${rest}`);
    expect(await migrate(database, { migrationsDir })).toEqual(["0001_long"]);
    await expect(count("first")).resolves.toHaveLength(1);
    await expect(count("last")).resolves.toHaveLength(1);
  });
});
