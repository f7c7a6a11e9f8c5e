import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

/** A relay and a host of this machine, as `npm start` runs them, with a home and a base directory of their own. */
export interface Signalbox {
  url: string;
  /** One-time link that the start printed. */
  signInUrl: string;
  adminToken: string;
  hostId: string;
  baseDir: string;
  /** Process id of the relay that runs now. */
  relayPid(): number;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** The child of a process whose command line has this word. */
function childOf(parent: number, word: string): number {
  const lines = execFileSync("ps", ["-axo", "ppid=,pid=,args="], { encoding: "utf8" }).split("\n");
  const found = lines
    .map((line) => line.trim().split(/\s+/))
    .find(([ppid, , ...args]) => Number(ppid) === parent && args.join(" ").includes(word));
  return Number(found?.[1]);
}

/** Resolves with the first match in the child's output; rejects with the output when the child ends before. */
function printed(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  let output = "";
  return new Promise((resolve, reject) => {
    const take = (chunk: Buffer) => {
      output += chunk.toString();
      const match = pattern.exec(output);
      if (match) resolve(match);
    };
    child.stdout?.on("data", take);
    child.stderr?.on("data", take);
    child.once("exit", (code) => reject(new Error(`Signalbox ended with ${code} before it was up:\n${output}`)));
  });
}

/** Starts Signalbox and waits until its host is connected; `stop` also ends the agents' sessions and removes all files. */
export async function startSignalbox(): Promise<Signalbox> {
  const dir = mkdtempSync(join(tmpdir(), "sbx-e2e-"));
  const home = join(dir, "home");
  const baseDir = join(dir, "work");
  for (const path of [home, baseDir]) mkdirSync(path);
  const port = await freePort();
  const adminToken = `e2e-${crypto.randomUUID()}`;
  const hostId = "host-e2e";
  const child = spawn(process.execPath, ["scripts/start.mjs", "--base-dir", baseDir, "--id", hostId], {
    cwd: root,
    env: {
      ...process.env,
      SIGNALBOX_HOME: home,
      PORT: String(port),
      SIGNALBOX_ADMIN_TOKEN: adminToken,
      LOG_LEVEL: "warn",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [, signInUrl] = await printed(child, /sign in\s+(\S+#code=\S+)[\s\S]*data\s+\S+/);
  return {
    url: `http://127.0.0.1:${port}`,
    signInUrl: signInUrl ?? "",
    adminToken,
    hostId,
    baseDir,
    relayPid: () => childOf(child.pid as number, "relay.mjs"),
    async stop() {
      if (child.exitCode === null) {
        child.kill("SIGINT");
        await once(child, "exit");
      }
      // Sessions outlive the host by design; here they must not. Without one there is no server to end.
      spawnSync("tmux", ["-S", join(home, "run/tmux.sock"), "kill-server"], { stdio: "ignore" });
      // What keeps a log writes to its end, a moment after its server.
      rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    },
  };
}
