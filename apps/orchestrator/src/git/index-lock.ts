import { link, open, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { until } from "../until.ts";
import { absent, readText } from "./git-dir.ts";
import { isAlive } from "./orphan.ts";

/** What is about to happen in a checkout: its files go from one commit to another once `ref` (its branch) holds `to`. */
export type Intent = { ref: string; from: string; to: string; pid: number };

// The lock is git's own `index.lock`, so no other git changes the index meanwhile, also not after a kill (WSP-42). Its text says whose it is.
const mark = "signalbox ";
const takeOverAfterMs = 600_000;

/** Takes git's lock on a checkout's index, the intent written to disk first. False if another held it for `waitMs`. */
export async function lockIndex(gitDir: string, intent: Intent, waitMs: number): Promise<boolean> {
  const prepared = join(gitDir, "signalbox-lock");
  await rm(prepared, { force: true });
  const file = await open(prepared, "wx");
  try {
    await file.writeFile(`${mark}${JSON.stringify(intent)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  // A link appears whole or not at all: the lock is never seen empty.
  const tryLink = () => link(prepared, join(gitDir, "index.lock")).then(() => true, heldByAnother);
  const taken = await until(tryLink, { withinMs: waitMs, everyMs: 20 });
  await rm(prepared, { force: true });
  if (taken) await syncDirectory(gitDir);
  return taken;
}

function heldByAnother(error: NodeJS.ErrnoException): false {
  if (error.code === "EEXIST") return false;
  throw error;
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Gives the lock back. Only for one that is ours. */
export async function unlockIndex(gitDir: string): Promise<void> {
  await rm(join(gitDir, "index.lock"), { force: true });
}

/** The intent of the lock on a checkout's index, if one of ours is there. */
export async function intentOf(gitDir: string): Promise<Intent | null> {
  const text = await readText(join(gitDir, "index.lock"));
  return text?.startsWith(mark) ? (JSON.parse(text.slice(mark.length)) as Intent) : null;
}

/** Waits while another live orchestrator holds the lock; true when nobody alive does. A process id can be reused, so not for ever. */
export async function holderGone(gitDir: string, waitMs: number): Promise<boolean> {
  const nobody = async () => {
    const intent = await intentOf(gitDir);
    if (intent === null || intent.pid === process.pid || !isAlive(intent.pid)) return true;
    const lock = await stat(join(gitDir, "index.lock")).catch(absent);
    return lock === null || Date.now() - lock.mtimeMs > takeOverAfterMs;
  };
  return until(nobody, { withinMs: waitMs, everyMs: 20 });
}
