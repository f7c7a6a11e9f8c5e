import { existsSync, readFileSync, statSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { join, resolve } from "node:path";
import { Stop } from "./say.mjs";

/** A host id made from a host name: lower case, 1 to 63 of a-z0-9._-, beginning with a letter or digit. [HST-02] */
export function hostId(name) {
  const id = name
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[^a-z0-9]+/, "")
    .slice(0, 63);
  return id || "host";
}

/** The directory of everything Signalbox keeps. */
export const dataHome = (env) => resolve(env.SIGNALBOX_HOME || join(homedir(), ".signalbox"));

/** `id` and `baseDir` of `orchestrator.json` where it is readable; the orchestrator itself reports what is wrong with the file. */
function configured(home) {
  const file = join(home, "orchestrator.json");
  if (!existsSync(file)) return {};
  try {
    const { id, baseDir } = JSON.parse(readFileSync(file, "utf8"));
    return { id, baseDir };
  } catch {
    return {};
  }
}

/**
 * Where the local orchestrator works and what it is called: flag, then environment, then `orchestrator.json`, then the
 * home directory and the host name. A base directory that does not exist is a `Stop`.
 */
export function localHost({ flags, env = process.env, from = env.INIT_CWD ?? process.cwd() }) {
  const home = dataHome(env);
  const file = configured(home);
  const baseDir = resolve(from, flags.baseDir ?? (env.SIGNALBOX_BASE_DIR || file.baseDir || homedir()));
  if (!statSync(baseDir, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Stop(
      `--base-dir: ${baseDir} is not a directory. Make it, or name another with npm start -- --base-dir DIR`,
    );
  }
  return { id: flags.id ?? (env.SIGNALBOX_HOST_ID || file.id || hostId(hostname())), baseDir, home };
}
