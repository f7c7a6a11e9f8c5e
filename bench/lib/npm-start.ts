import { spawn } from "node:child_process";
import { once } from "node:events";

interface Where {
  /** A checkout. */
  cwd: string;
  home: string;
  baseDir: string;
  port: number;
}

/**
 * `npm start` in a checkout until it says that its host is connected, then Ctrl-C until it has ended. Answers the
 * milliseconds until it was ready; throws with its output when it ends before, or says that the host still connects.
 */
export async function npmStart({ cwd, home, baseDir, port }: Where): Promise<number> {
  const env = { ...process.env, SIGNALBOX_HOME: home, PORT: String(port), LOG_LEVEL: "warn" };
  const from = performance.now();
  const child = spawn("npm", ["start", "--", "--base-dir", baseDir, "--id", "host-start"], {
    cwd,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const ready = new Promise<number>((resolve, reject) => {
    const take = (chunk: Buffer) => {
      output += chunk.toString();
      if (!/^ {2}data /m.test(output)) return;
      if (output.includes("still connecting")) reject(new Error(`the host did not connect:\n${output}`));
      resolve(performance.now() - from);
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`npm start ended with ${code}:\n${output}`)));
  });
  try {
    return await ready;
  } finally {
    if (child.exitCode === null) {
      const ended = once(child, "exit");
      // The whole group, as a terminal does; the two programs lead groups of their own and are stopped in order.
      process.kill(-(child.pid as number), "SIGINT");
      await ended;
    }
  }
}
