import { spawn } from "node:child_process";

/** How a program ended; `failure` when it could not be started at all. */
export interface ProgramEnd {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  failure?: string;
}

interface Start {
  command: string[];
  cwd: string;
  env: Record<string, string>;
}

/**
 * Runs the program on the pane's terminal, in the runner's own process group: it is then in the foreground, and the keys
 * that a person types reach it. The runner itself ignores their signals.
 */
export function runProgram({ command, cwd, env }: Start): Promise<ProgramEnd> {
  const [file = "", ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd, env, stdio: "inherit" });
    child.on("error", (error) => resolve({ exitCode: null, signal: null, failure: error.message }));
    child.on("exit", (exitCode, signal) => resolve({ exitCode, signal }));
  });
}

/** What the pane says last, so that whoever reads it knows that all output before it has arrived. */
export function farewell({ exitCode, signal, failure }: ProgramEnd): string {
  if (failure) return `[signalbox] program could not be started: ${failure}`;
  return signal ? `[signalbox] program ended by ${signal}` : `[signalbox] program exited with code ${exitCode}`;
}
