import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { until } from "./until.ts";

export const ROOT = join(import.meta.dirname, "../..");

const built = {
  relay: "apps/web/dist/relay.mjs",
  orchestrator: "apps/orchestrator/dist/orchestrator.mjs",
  signalbox: "apps/cli/dist/signalbox.mjs",
};

/** Absolute path of a built program; throws, naming the command to run, when it is not there. */
export function programPath(name: keyof typeof built): string {
  const path = join(ROOT, built[name]);
  if (!existsSync(path)) throw new Error(`${built[name]} is missing: run npx turbo run build`);
  return path;
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** One running Node program. */
export interface Program {
  pid: number;
  /** Everything it has written, both streams. */
  output(): string;
  send(message: object): void;
  /** The first message of that type, told already or within 30 s; throws with the output when the program ends before. */
  told(type: string): Promise<Record<string, string>>;
  /** Resolves when it has ended. */
  ended: Promise<Ended>;
  /** Sends a signal and waits for the end; one that has ended already is no matter. */
  end(signal?: NodeJS.Signals): Promise<Ended>;
}

interface Start {
  args: string[];
  /** All of it: nothing is inherited. */
  env: Record<string, string>;
  cwd?: string;
}

/** Starts a Node program with a message channel, as the leader of a process group of its own. */
export function startProgram({ args, env, cwd = ROOT }: Start): Program {
  const child = spawn(process.execPath, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe", "ipc"] });
  const chunks: string[] = [];
  const messages: Record<string, string>[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text) => chunks.push(text));
  child.on("message", (message) => messages.push(message as Record<string, string>));
  let how: Ended | undefined;
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      how = { code, signal };
      resolve(how);
    });
  });
  const output = () => chunks.join("");
  return {
    pid: child.pid ?? 0,
    output,
    send: (message) => void child.send(message),
    ended,
    async told(type) {
      const found = () => messages.find((message) => message.type === type);
      await until(`the message ${type}`, () => found() ?? how, { withinMs: 30_000, also: output });
      const message = found();
      if (!message)
        throw new Error(`ended with ${how?.signal ?? `code ${how?.code}`} before it said ${type}:\n${output()}`);
      return message;
    },
    end(signal = "SIGKILL") {
      child.kill(signal);
      return ended;
    },
  };
}
