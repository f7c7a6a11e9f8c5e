import { execFile } from "node:child_process";

/** What a program answered; a program that could not be started has code 127 and the reason in `stderr`. */
export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

interface Options {
  /** All of the program's environment: nothing is inherited. */
  env: NodeJS.ProcessEnv;
  cwd?: string;
  timeoutMs?: number;
}

/** Runs a program to its end, without a shell and with nothing to read. Never rejects. */
export function exec(file: string, args: string[], { env, cwd = "/", timeoutMs = 15_000 }: Options): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { env, cwd, timeout: timeoutMs, maxBuffer: 32 * 1024 * 1024, killSignal: "SIGKILL" as const };
    const child = execFile(file, args, options, (error, stdout, stderr) => {
      if (!error) return resolve({ code: 0, stdout, stderr });
      if (typeof error.code === "number") return resolve({ code: error.code, stdout, stderr });
      resolve({ code: 127, stdout, stderr: stderr || error.message });
    });
    child.stdin?.on("error", () => undefined).end();
  });
}
