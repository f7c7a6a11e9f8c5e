import { spawn } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "./root.mjs";

/** Path of a program that a dev dependency brought, e.g. `bin("turbo")`. */
export const bin = (name) => join(ROOT, "node_modules/.bin", name);

/** The npm that started this script, else the one on the path: `[program, …first arguments]`. */
export function npm() {
  const path = process.env.npm_execpath;
  return path && /\.[cm]?js$/.test(path) ? [process.execPath, path] : ["npm"];
}

/**
 * Runs a program to its end. `show` lets its output through, else the output is collected.
 * Answers `{ code, output }`; code is 127 when the program does not exist and 128 when a signal ended it.
 */
export function run([program, ...args], { cwd = ROOT, env = process.env, show = false } = {}) {
  return new Promise((done) => {
    const chunks = [];
    const child = spawn(program, args, { cwd, env, stdio: show ? "inherit" : ["ignore", "pipe", "pipe"] });
    child.stdout?.on("data", (chunk) => chunks.push(chunk));
    child.stderr?.on("data", (chunk) => chunks.push(chunk));
    child.on("error", (error) => done({ code: 127, output: error.message }));
    child.on("close", (code) => done({ code: code ?? 128, output: Buffer.concat(chunks).toString() }));
  });
}
