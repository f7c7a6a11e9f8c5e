import { access, constants } from "node:fs/promises";
import type { Config } from "./config.ts";
import { exec } from "./exec.ts";
import { BadInput, textOf } from "./failure.ts";
import { hostPaths } from "./paths.ts";

export interface Finding {
  what: string;
  ok: boolean;
  text: string;
}

type Env = Record<string, string>;

async function version(program: string, args: string[], env: Env): Promise<Finding> {
  const { code, stdout } = await exec(program, args, { env });
  return { what: program, ok: code === 0, text: code === 0 ? stdout.trim() : `not found; install ${program}` };
}

const programs = (env: Env) => Promise.all([version("tmux", ["-V"], env), version("git", ["--version"], env)]);

/** Throws a `BadInput` that names the first program without which nothing works. */
export async function requirePrograms(env: Env): Promise<void> {
  const missing = (await programs(env)).find(({ ok }) => !ok);
  if (missing) throw new BadInput(`${missing.what} is ${missing.text} and start again`);
}

/** Everything that must be right before a host can work. */
export async function diagnose(config: Config, env: Env, tmp: string): Promise<Finding[]> {
  const { relay, baseDir, home } = config;
  const health = await fetch(new URL("healthz", relay), { signal: AbortSignal.timeout(5_000) }).then(
    ({ ok, status }) => ({ ok, text: `${relay.origin} answers ${status}` }),
    (error: unknown) => ({
      ok: false,
      text: `${relay.origin} does not answer (${textOf(error)}); start it or correct RELAY_URL`,
    }),
  );
  const writable = await access(baseDir, constants.W_OK | constants.X_OK).then(
    () => ({ ok: true, text: baseDir }),
    () => ({ ok: false, text: `${baseDir} cannot be written` }),
  );
  const { run } = hostPaths({ home, worktreesDir: config.worktreesDir, tmp, uid: process.getuid?.() ?? 0 });
  return [
    ...(await programs(env)),
    { what: "relay", ...health },
    { what: "base directory", ...writable },
    { what: "sockets", ok: true, text: run },
  ];
}
