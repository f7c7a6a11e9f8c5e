import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { ROOT } from "../lib/root.mjs";
import { freePort } from "./free-port.mjs";
import { isAlive, until } from "./until.mjs";

const STAND_IN = join(ROOT, "scripts/testing/stand-in");

/** Makes a small checkout in a temporary directory: the real scripts, and programs that a stand-in tool builds. */
function plant() {
  const dir = mkdtempSync(join(tmpdir(), "signalbox-checkout-"));
  cpSync(join(ROOT, "scripts"), join(dir, "scripts"), { recursive: true });
  for (const path of ["apps/web/src", "apps/orchestrator/src", "packages", "prisma", "home", "tool"]) {
    mkdirSync(join(dir, path), { recursive: true });
  }
  cpSync(join(STAND_IN, "relay.mjs"), join(dir, "apps/web/src/relay.mjs"));
  cpSync(join(STAND_IN, "orchestrator.mjs"), join(dir, "apps/orchestrator/src/orchestrator.mjs"));
  cpSync(join(STAND_IN, "turbo.mjs"), join(dir, "tool/turbo.mjs"));
  const json = (path, value) => writeFileSync(join(dir, path), JSON.stringify(value));
  json("tool/package.json", { name: "turbo", version: "1.0.0", bin: "turbo.mjs", type: "module" });
  json("package.json", { name: "stand-in", private: true, type: "module", devDependencies: { turbo: "file:tool" } });
  execFileSync("npm", ["install", "--package-lock-only", "--offline", "--silent"], { cwd: dir });
  return dir;
}

/** A checkout to start; when the test is over, whatever it started is ended and the directory removed. */
export async function checkout() {
  const dir = plant();
  const port = await freePort();
  const pidFile = join(dir, "pids");
  const started = [];

  /** Process ids of every start of a stand-in program so far, oldest first. */
  const pids = (name) => {
    const lines = existsSync(pidFile) ? readFileSync(pidFile, "utf8").split("\n") : [];
    return lines.filter((line) => line.startsWith(`${name} `)).map((line) => Number(line.split(" ")[1]));
  };

  /** Runs `node scripts/start.mjs …args` and collects its output; `exit` is its exit code. */
  const start = (args = [], extra = {}) => {
    const env = { ...process.env, PORT: String(port), PIDS: pidFile, SIGNALBOX_HOME: join(dir, "home"), ...extra };
    for (const name of ["HOST", "INIT_CWD", "RELAY_URL", "RELAY_TOKEN", "SIGNALBOX_HOST_ID"]) delete env[name];
    const child = spawn(process.execPath, ["scripts/start.mjs", ...args], { cwd: dir, env });
    const run = { child, output: "", exit: new Promise((done) => child.on("exit", done)) };
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        run.output += chunk;
      });
    }
    run.shows = (text) =>
      until(`the line ${text}`, () => run.output.includes(text)).catch((error) => {
        throw new Error(`${error.message}; there was:\n${run.output}`);
      });
    started.push(child);
    return run;
  };

  onTestFinished(async () => {
    for (const child of started) child.kill("SIGKILL");
    const programs = () => [...pids("relay"), ...pids("orchestrator")].filter(isAlive);
    for (const pid of programs()) process.kill(pid, "SIGKILL");
    await until("every stand-in program to end", () => programs().length === 0);
    rmSync(dir, { recursive: true, force: true });
  });
  return { dir, port, pids, start, orchestratorEnv: () => JSON.parse(readFileSync(`${pidFile}.env`, "utf8")) };
}
