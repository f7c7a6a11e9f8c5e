import { execFile } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { agentBase } from "../../apps/orchestrator/src/env.ts";

const withinMs = 300_000;

/** A provider's program in a folder of its own, or why it cannot be had on this machine. */
export type Installed = { path: string } | { missing: string };

/**
 * Installs a version of a package outside the project, once for all runs, and answers the path of a file in it. npm keeps
 * all it makes in a home of its own, runs no script of a package, and asks the registry that this machine's settings name.
 */
export async function install(name: string, version: string, file: string): Promise<Installed> {
  const dir = join(
    tmpdir(),
    `signalbox-providers-${process.getuid?.() ?? 0}`,
    `${name.replaceAll("/", "-")}-${version}`,
  );
  const path = join(dir, "node_modules", file);
  if (existsSync(path)) return { path };
  const home = join(dir, "home");
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const machine = agentBase(process.env as Record<string, string>);
  const env = { ...machine, HOME: home, npm_config_userconfig: join(homedir(), ".npmrc") };
  const args = [
    "install",
    "--prefix",
    dir,
    "--no-save",
    "--no-audit",
    "--ignore-scripts",
    "--no-fund",
    "--loglevel=error",
    `${name}@${version}`,
  ];
  try {
    await promisify(execFile)("npm", args, { cwd: dir, env, timeout: withinMs });
  } catch (error) {
    return { missing: `npm could not install ${name}@${version}: ${error instanceof Error ? error.message : error}` };
  }
  return existsSync(path) ? { path } : { missing: `${name}@${version} has no ${file} for this machine` };
}
