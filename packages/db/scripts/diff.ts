// npm run db:diff -w packages/db -- <name>: writes what the models have and the migrations lack as the next migration.
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startCluster } from "../src/testing/cluster.ts";
import type { Engine } from "../src/url.ts";
import {
  diff,
  loadSchemaEngine,
  prismaDir,
  readMigratedModels,
  readModels,
  SNAPSHOT,
  type StartSchemaEngine,
} from "./schema-engine.ts";

async function author(start: StartSchemaEngine, engine: Engine, url: string, name: string): Promise<string> {
  const models = await readModels();
  const sql = await diff(await start(engine, url), engine, await readMigratedModels(engine), models);
  if (sql === undefined) return `${engine}: the migrations and the models agree`;
  const dir = join(prismaDir, engine, "migrations");
  await mkdir(dir, { recursive: true });
  const number = String((await readdir(dir)).length + 1).padStart(4, "0");
  const migration = join(dir, `${number}_${name}`);
  await mkdir(migration);
  await writeFile(join(migration, "migration.sql"), sql);
  await writeFile(join(migration, SNAPSHOT), models);
  return `${engine}: wrote ${migration}; read it before you commit it`;
}

const [name] = process.argv.slice(2);
if (name === undefined || !/^[a-z0-9_]{1,40}$/.test(name)) {
  process.stderr.write("Usage: npm run db:diff -w packages/db -- <name of a-z, 0-9 and _>\n");
  process.exitCode = 2;
} else {
  // Neither database is read or changed; the engine only wants one to connect to.
  const cluster = await startCluster();
  try {
    const start = await loadSchemaEngine();
    process.stdout.write(`${await author(start, "sqlite", "file::memory:", name)}\n`);
    process.stdout.write(`${await author(start, "postgresql", cluster.url("postgres"), name)}\n`);
  } finally {
    await cluster.stop();
  }
}
