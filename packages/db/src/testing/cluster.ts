import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A running PostgreSQL of our own. */
export interface Cluster {
  /** Connection URL of one of its databases; `postgres` always exists. */
  url(database: string): string;
  /** A folder that is removed with it, even when this process is killed. */
  dir: string;
  /** Stops it and removes its files. */
  stop(): Promise<void>;
}

/** Starts a PostgreSQL on a free loopback port with its files in a new temporary folder; it ends with this process. */
export async function startCluster(): Promise<Cluster> {
  const port = await freePort();
  const dir = await mkdtemp(join(tmpdir(), "signalbox-postgresql-"));
  const program = fileURLToPath(new URL("./cluster-server.mjs", import.meta.url));
  // Detached: Ctrl-C at a terminal must reach it through us, when the tests have let go of it.
  const child = spawn(process.execPath, [program, dir, String(port)], { detached: true, stdio: "pipe" });
  const exited = once(child, "exit");
  let log = "";
  child.stderr.on("data", (chunk) => {
    log = `${log}${chunk}`.slice(-4000);
  });
  const ready = await Promise.race([once(child.stdout, "data").then(() => true), exited.then(() => false)]);
  if (!ready) throw new Error(`PostgreSQL did not start:\n${log}`);
  return {
    dir,
    url: (database) => `postgresql://signalbox:signalbox@127.0.0.1:${port}/${database}`,
    async stop() {
      child.stdin.end();
      await exited;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === "string") throw new Error("The machine has no free port.");
  return address.port;
}
