import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { agentBase } from "../../apps/orchestrator/src/env.ts";
import { ownFolder } from "./own-folder.ts";

const withinMs = 300_000;

/** A file of an installed package, or why it cannot be had on this machine. */
export type Installed = { path: string } | { missing: string };

/** Installs into `dir`. npm keeps what it makes there too, runs no script of a package, and asks this machine's registry. */
async function npmInstall(dir: string, spec: string): Promise<void> {
  const home = join(dir, "home");
  mkdirSync(home);
  const machine = agentBase(process.env as Record<string, string>);
  const env = { ...machine, HOME: home, npm_config_userconfig: join(homedir(), ".npmrc") };
  const quiet = ["--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
  const args = ["install", "--prefix", dir, "--ignore-scripts", ...quiet, spec];
  await promisify(execFile)("npm", args, { cwd: dir, env, timeout: withinMs });
  rmSync(home, { recursive: true, force: true });
}

/** Gives what was installed its final name; another run that was first with the same has done the work. */
function settle(made: string, dir: string): void {
  try {
    renameSync(made, dir);
  } catch (error) {
    if (!existsSync(dir)) throw error;
  }
}

/**
 * Installs a version of a package outside the project, once for all runs of this user, and answers the path of a file in
 * it. `root` is where: a folder of this user alone, since what is in it is run.
 */
export async function install(
  name: string,
  version: string,
  file: string,
  root = join(tmpdir(), `signalbox-programs-${process.getuid?.() ?? 0}`),
): Promise<Installed> {
  const dir = join(ownFolder(root), `${name.replaceAll("/", "-")}-${version}`);
  const path = join(dir, "node_modules", file);
  if (existsSync(path)) return { path };
  const made = mkdtempSync(join(root, ".making-"));
  try {
    await npmInstall(made, `${name}@${version}`);
    settle(made, dir);
  } catch (error) {
    return { missing: `npm could not install ${name}@${version}: ${error instanceof Error ? error.message : error}` };
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  return existsSync(path) ? { path } : { missing: `${name}@${version} has no ${file} for this machine` };
}
