export { DatabaseError, type DatabaseErrorReason, MigrationError, type MigrationErrorReason } from "./errors.ts";
export { isDiskFull } from "./full.ts";
export type * from "./generated/sqlite/client.ts";
export { Prisma } from "./generated/sqlite/client.ts";
export { type MigrateOptions, migrate } from "./migrate.ts";
export { openDatabase } from "./open.ts";
export { insertInto, sqlIn } from "./sql.ts";
export type { Client, Database, OpenOptions, Sql, Tx } from "./types.ts";
export { type Engine, locate } from "./url.ts";
