/// <reference lib="dom" />
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PrismaLibSql } from "@prisma/adapter-libsql";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import type { DiffTarget, SchemaEngine } from "@prisma/schema-engine-wasm";
import * as engineModule from "@prisma/schema-engine-wasm/schema_engine_bg";
import type { Engine } from "../src/url.ts";

/** The repository's `prisma` folder. */
export const prismaDir = join(import.meta.dirname, "../../../prisma");

/** Beside each migration.sql: the models it leads to. Not `.prisma`, which the generator would read as a schema. */
export const SNAPSHOT = "models.snapshot";

/** Every model in one text, as a migration keeps it beside its SQL. */
export async function readModels(): Promise<string> {
  const dir = join(prismaDir, "models");
  const files = (await readdir(dir)).filter((name) => name.endsWith(".prisma")).sort();
  return (await Promise.all(files.map((name) => readFile(join(dir, name), "utf8")))).join("\n");
}

/** Models that the newest migration of an engine leads to; undefined before the first. */
export async function readMigratedModels(engine: Engine): Promise<string | undefined> {
  const dir = join(prismaDir, engine, "migrations");
  const newest = (await readdir(dir, { withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .at(-1);
  return newest && readFile(join(dir, newest, SNAPSHOT), "utf8");
}

/** Starts an engine on the database of a URL. */
export type StartSchemaEngine = (engine: Engine, url: string) => Promise<SchemaEngine>;

/** Prisma's schema engine as WebAssembly, which needs no native program. Once per process: its module holds the instance. */
export async function loadSchemaEngine(): Promise<StartSchemaEngine> {
  const packageFile = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm");
  const wasm = await readFile(join(dirname(packageFile), "schema_engine_bg.wasm"));
  const { instance } = await WebAssembly.instantiate(wasm, { "./schema_engine_bg.js": engineModule });
  const panics = { set_message: (text: string) => process.stderr.write(`${text}\n`) };
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: panics });
  engineModule.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
  return (engine, url) => {
    const factory = engine === "sqlite" ? new PrismaLibSql({ url }) : new PrismaPg(url);
    const adapter = bindMigrationAwareSqlAdapterFactory(factory);
    return engineModule.SchemaEngine.new({ datamodels: undefined }, () => undefined, adapter);
  };
}

/** SQL that leads from one text of models (undefined: none) to another; undefined when they are the same to the engine. */
export async function diff(
  schemaEngine: SchemaEngine,
  engine: Engine,
  from: string | undefined,
  to: string,
): Promise<string | undefined> {
  const { stdout, exitCode } = await schemaEngine.diff({
    from: from === undefined ? { tag: "empty" } : await datamodel(engine, from),
    to: await datamodel(engine, to),
    script: true,
    exitCode: true,
    filters: { externalTables: [], externalEnums: [] },
  });
  return exitCode === 2 ? (stdout ?? "") : undefined;
}

async function datamodel(engine: Engine, models: string): Promise<DiffTarget> {
  const schema = join(prismaDir, engine, "schema.prisma");
  return {
    tag: "schemaDatamodel",
    files: [
      { path: schema, content: await readFile(schema, "utf8") },
      { path: "models.prisma", content: models },
    ],
  };
}
