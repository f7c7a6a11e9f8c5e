import { once } from "node:events";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostPaths } from "../../apps/orchestrator/src/paths.ts";
import { endAll } from "../../apps/orchestrator/test/end-all.ts";

/** A port of this machine that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** A machine of its own: directories, a port, and the environment that its programs start from. */
export interface Machine {
  dir: string;
  /** `SIGNALBOX_HOME`. */
  home: string;
  baseDir: string;
  port: number;
  env: Record<string, string>;
  paths: ReturnType<typeof hostPaths>;
  tmux: { socket: string; env: Record<string, string> };
  /** Run and awaited once every session has ended and before the directories are removed. */
  atEnd: (() => unknown)[];
  /** Ends every session with its processes and the tmux server, and removes the directories. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Makes a machine in a temporary directory, or in `dir`. */
export async function makeMachine(dir = mkdtempSync(join(tmpdir(), "sbx-it-"))): Promise<Machine> {
  const root = realpathSync(dir);
  const [home, baseDir, user] = ["home", "work", "user"].map((name) => join(root, name)) as [string, string, string];
  for (const path of [home, baseDir, user]) mkdirSync(path);
  const port = await freePort();
  const path = process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin";
  const env = { PATH: path, HOME: user, LANG: "C.UTF-8", SIGNALBOX_HOME: home, PORT: String(port) };
  const paths = hostPaths({ home, tmp: tmpdir(), uid: process.getuid?.() ?? 0 });
  const server = { socket: paths.tmuxSocket, env };
  const atEnd: (() => unknown)[] = [];
  return {
    dir: root,
    home,
    baseDir,
    port,
    env,
    paths,
    tmux: server,
    atEnd,
    async [Symbol.asyncDispose]() {
      await endAll(server);
      for (const run of atEnd) await run();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
