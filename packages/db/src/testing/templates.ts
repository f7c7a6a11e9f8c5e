import { join } from "node:path";
import { migrate } from "../migrate.ts";
import { openDatabase } from "../open.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import { SPARE_TABLE } from "./postgresql.ts";

/** What a test needs to get a migrated database of its own. */
export interface Templates {
  /** For files of test databases. */
  dir: string;
  /** A migrated file to copy. */
  sqliteFile: string;
  /** A server with a migrated database `template`; this is the URL of its database `postgres`. */
  postgresqlUrl: string;
}

/** A database that nobody has opened. */
export interface CreatedDatabase {
  url: string;
  /** Removes it, or gives it back emptied; whoever is still connected is cut off. */
  remove(): Promise<void>;
}

/** Makes both templates; `stop` ends the server and removes all files, those of test databases too. */
export async function makeTemplates(): Promise<Templates & { stop(): Promise<void> }> {
  const cluster = await startCluster();
  const sqliteFile = join(cluster.dir, "template.db");
  try {
    await migrated(`file:${sqliteFile}`);
    await makePostgresqlTemplate(cluster);
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return { dir: cluster.dir, sqliteFile, postgresqlUrl: cluster.url("postgres"), stop: cluster.stop };
}

async function makePostgresqlTemplate(cluster: Cluster): Promise<void> {
  const server = await openDatabase(cluster.url("postgres"));
  await server.client.$executeRaw`CREATE DATABASE template`;
  await server.client.$executeRawUnsafe(SPARE_TABLE);
  await server.close();
  await migrated(cluster.url("template"));
}

/** Closing the last connection also empties the write-ahead log into the file, which can then be copied. */
async function migrated(url: string): Promise<void> {
  const database = await openDatabase(url);
  try {
    await migrate(database);
  } finally {
    await database.close();
  }
}
