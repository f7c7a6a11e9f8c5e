import { mkdir, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createRelay, createSignInLink, ensureAdministrator } from "@signalbox/api";
import { DatabaseError, MigrationError, migrate, openDatabase } from "@signalbox/db";
import { answerJson } from "./answers.ts";
import { type Env, EnvError, readEnv } from "./env.ts";
import { createLog } from "./log.ts";
import { servePages } from "./pages.ts";
import { talkToParent } from "./parent.ts";
import { routes } from "./routes.ts";
import { serveWebSocket } from "./websocket.ts";

/** `apps/web`: this file is bundled to its `dist`. */
const webDir = dirname(dirname(fileURLToPath(import.meta.url)));

function listen(server: ReturnType<typeof createServer>, { host, port }: Env): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const busy = error.code === "EADDRINUSE";
      reject(busy ? new EnvError(`PORT: ${port} on ${host} is in use; stop what uses it or set another PORT`) : error);
    });
    server.listen(port, host, resolve);
  });
}

async function keepAdminToken(home: string, text: string): Promise<void> {
  const path = join(home, "admin-token");
  await writeFile(path, `${text}\n`, { mode: 0o600, flag: "w" }).catch((error: Error) => {
    throw new EnvError(`SIGNALBOX_HOME: the administrator's token cannot be written to ${path}: ${error.message}`);
  });
}

async function boot(env: Env): Promise<void> {
  const log = createLog(env.logLevel);
  await mkdir(env.home, { recursive: true, mode: 0o700 }).catch((error: Error) => {
    throw new EnvError(`SIGNALBOX_HOME: ${env.home} cannot be made: ${error.message}`);
  });
  // The port first: a second relay must find that out before it touches the database of the first.
  let serve: RequestListener = (_req, res) => answerJson(res, 503, { ok: false, message: "The relay is starting" });
  const server = createServer((req, res) => serve(req, res));
  await listen(server, env);
  const db = await openDatabase(env.databaseUrl);
  await migrate(db, { migrationsDir: join(webDir, "../../prisma", db.engine, "migrations") });
  const { services, start } = await createRelay({
    db,
    log,
    publicUrl: env.publicUrl,
    artifactsDir: join(env.home, "artifacts"),
  });
  const administrator = await ensureAdministrator(services, {
    preset: env.adminToken,
    keep: (text) => keepAdminToken(env.home, text),
  });
  const pages = await servePages(services, { dir: webDir, ...env });
  const ending = new AbortController();
  const route = routes(services, ending.signal);
  const closeSockets = serveWebSocket(server, services);
  serve = (req, res) => void route(req, res, pages.handle);
  const stopLoops = start();

  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    ending.abort();
    // What still hangs after this is cut off: everything acknowledged is in the database.
    setTimeout(() => process.exit(0), 5_000).unref();
    closeSockets();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    // Waiting calls answer Unavailable first; what is still open after a second is cut off.
    setTimeout(() => server.closeAllConnections(), 1_000).unref();
    await Promise.all([stopLoops(), closed]);
    await db.close();
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, stop);
  const signInUrl = await createSignInLink(services, administrator);
  talkToParent(services, { url: env.publicUrl, signInUrl }, stop);
  log.info({ url: env.publicUrl, database: db.engine, pid: process.pid }, "relay ready");
  if (!process.send && process.stdout.isTTY) process.stdout.write(`Sign in: ${signInUrl}\n`);
}

const expected = [EnvError, DatabaseError, MigrationError];

try {
  await boot(readEnv(process.env));
} catch (error) {
  if (!expected.some((kind) => error instanceof kind)) throw error;
  process.stderr.write(`signalbox: ${(error as Error).message}\n`);
  process.exit(1);
}
