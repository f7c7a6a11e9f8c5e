import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./root.mjs";
import { npm, run } from "./run.mjs";
import { Stop, step } from "./say.mjs";

const read = (file) => (existsSync(file) ? readFileSync(file, "utf8") : undefined);

/** Whether npm's own record of what is in node_modules has every package of the lock; optional ones may be absent. */
export function lockIsInstalled(lock, record) {
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (!path.startsWith("node_modules/") && !path.includes("/node_modules/")) return true;
    const found = record.packages[path];
    if (!found) return Boolean(wanted.optional || wanted.devOptional);
    return found.version === wanted.version && found.resolved === wanted.resolved;
  });
}

/** `ready`, or `stale` when node_modules is missing or was made from another lock file. Writes the stamp when a person installed by hand. */
function installState(root = ROOT) {
  const lock = read(join(root, "package-lock.json"));
  if (lock === undefined) throw new Stop(`package-lock.json is missing in ${root}: this is not a complete checkout`);
  const hash = createHash("sha256").update(lock).digest("hex");
  const stamp = join(root, "node_modules/.signalbox-stamp");
  if (read(stamp) === hash) return { state: "ready", hash, stamp };
  const record = read(join(root, "node_modules/.package-lock.json"));
  if (record === undefined || !lockIsInstalled(JSON.parse(lock), JSON.parse(record)))
    return { state: "stale", hash, stamp };
  writeFileSync(stamp, hash);
  return { state: "ready", hash, stamp };
}

/**
 * Installs the locked dependencies when they are missing or stale; `Stop` with npm's text when that fails. Not `npm ci`:
 * it refuses a lock file that lacks another platform's optional binaries, and it would take node_modules from under
 * programs that run. `--no-save` keeps package.json and the lock file as they are.
 */
export async function ensureInstalled(root = ROOT) {
  const { state, hash, stamp } = installState(root);
  if (state === "ready") return;
  await step("installing", async () => {
    const flags = ["install", "--no-save", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
    const { code, output } = await run([...npm(), ...flags], { cwd: root });
    if (code !== 0) throw new Stop(`npm install failed:\n${output.trim()}`);
    mkdirSync(join(root, "node_modules"), { recursive: true });
    writeFileSync(stamp, hash);
  });
}
