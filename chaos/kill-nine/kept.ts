import { setTimeout as delay } from "node:timers/promises";
import type { Program } from "../../tests/support/program.ts";

/** A program that is started again whenever it ends. */
export interface Kept {
  /** Kills it as the kernel does; false when it is between two starts and there is nothing to kill. */
  kill(): boolean;
  /** Resolves when the present start, or one after it, is ready. */
  ready(): Promise<void>;
  /** What every start has written since the last call. */
  written(): string;
  /** Starts that ended without being killed, since the last call. */
  failures(): string[];
  stop(): Promise<void>;
}

/** As long as `npm start` waits before it starts a program again that was ready once. */
const restartAfterMs = 500;

/** Starts a program and starts it again whenever it ends, until `stop`; `between` is done while it is down. */
export function keep(start: () => Program, between?: () => void): Kept {
  let current: Program | null = start();
  let stopping = false;
  let written = "";
  const failed: string[] = [];

  async function run(): Promise<void> {
    while (current) {
      const program = current;
      const { signal, code } = await program.ended;
      written += program.output();
      current = null;
      if (stopping) return;
      if (signal !== "SIGKILL") failed.push(`ended with ${signal ?? `code ${code}`}: ${program.output().slice(-500)}`);
      await delay(restartAfterMs);
      if (!stopping) between?.();
      if (!stopping) current = start();
    }
  }

  const running = run();
  return {
    kill() {
      if (!current) return false;
      process.kill(current.pid, "SIGKILL");
      return true;
    },
    async ready() {
      const isReady = () =>
        current?.told("ready").then(
          () => true,
          () => false,
        );
      while (!stopping && !(await isReady())) await delay(20);
    },
    written() {
      const all = written + (current?.output() ?? "");
      written = "";
      return all;
    },
    failures: () => failed.splice(0),
    async stop() {
      stopping = true;
      await current?.end();
      await running;
    },
  };
}
