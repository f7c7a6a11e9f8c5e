import { readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import type { Random } from "../random.ts";

/** One damage done to one file. */
export interface Damage {
  /** Relative to the host's directory. */
  file: string;
  how: "truncated" | "changed";
  offset: number;
}

/** What is the agent's own and not the host's: its script, and what it printed. */
const notState = /^(prompt\.sh|output\.log.*)$/;

/** Every file of the host's own state. */
function stateFiles(host: string): string[] {
  return (
    readdirSync(host, { recursive: true, encoding: "utf8" })
      .map((name) => join(host, name))
      // A runner may take its launch file meanwhile.
      .filter((path) => !notState.test(basename(path)) && statSync(path, { throwIfNoEntry: false })?.isFile())
      .sort()
  );
}

const recentMs = 20_000;
const recentBytes = 6_000;

/**
 * Cuts one file off at a random place or changes one byte there; each second time it is the journal. `recent`: only in
 * what was written last, where a command under way has left its marks.
 */
export function damageOne(host: string, random: Random, { recent = false } = {}): Damage {
  const since = recent ? Date.now() - recentMs : 0;
  const files = stateFiles(host).filter((path) => {
    const { size, mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { size: 0, mtimeMs: 0 };
    return size > 0 && mtimeMs >= since;
  });
  const journal = files.filter((path) => path.endsWith("journal.jsonl"));
  const path = random.pick(random.between(0, 1) < 0.5 && journal.length ? journal : files);
  const { size } = statSync(path);
  const offset = Math.floor(random.between(recent ? Math.max(0, size - recentBytes) : 0, size));
  const how = random.pick(["truncated", "changed"] as const);
  if (how === "truncated") {
    truncateSync(path, offset);
  } else {
    const bytes = readFileSync(path);
    bytes[offset] = ((bytes[offset] ?? 0) + Math.floor(random.between(1, 256))) % 256;
    writeFileSync(path, bytes);
  }
  return { file: relative(host, path), how, offset };
}

/** Remembers the host's state; the answer puts it back, in the same files, which programs hold open. */
export function keepState(host: string): () => void {
  const kept = new Map(stateFiles(host).map((path) => [path, readFileSync(path)]));
  return () => {
    for (const path of stateFiles(host)) if (!kept.has(path)) rmSync(path);
    for (const [path, bytes] of kept) writeFileSync(path, bytes);
  };
}
