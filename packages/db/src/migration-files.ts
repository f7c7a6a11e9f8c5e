import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { MigrationError } from "./errors.ts";
import type { Engine } from "./url.ts";

/** One `<name>/migration.sql`. */
export interface Migration {
  name: string;
  sql: string;
  /** SHA-256 of the file, hexadecimal, as Prisma records it. */
  checksum: string;
}

/** The repository's migrations of an engine, seen from this source file; a bundle passes its own folder instead. */
export const defaultMigrationsDir = (engine: Engine): string =>
  fileURLToPath(new URL(`../../../prisma/${engine}/migrations`, import.meta.url));

/** Reads every migration in `dir` in the order of their names; throws `MigrationError` "unreadable". */
export async function readMigrations(dir: string): Promise<Migration[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch((cause) => {
    throw new MigrationError("unreadable", `The migrations cannot be read from ${dir}: pass migrationsDir.`, { cause });
  });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(names.sort().map((name) => readMigration(dir, name)));
}

async function readMigration(dir: string, name: string): Promise<Migration> {
  const file = join(dir, name, "migration.sql");
  const bytes = await readFile(file).catch((cause) => {
    throw new MigrationError("unreadable", `${file} is missing: restore it or reinstall this version.`, { cause });
  });
  return { name, sql: bytes.toString("utf8"), checksum: createHash("sha256").update(bytes).digest("hex") };
}
