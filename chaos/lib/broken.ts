import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Kept } from "../kill-nine/kept.ts";

/** One broken promise, and what was seen. */
export interface Broken {
  promise: string;
  seen: string;
}

/** How often each promise was broken; all that were checked are named. */
export function counted(promises: readonly string[], broken: Broken[]): Record<string, number> {
  const names = [...new Set([...promises, ...broken.map(({ promise }) => promise)])];
  return Object.fromEntries(names.map((name) => [name, broken.filter(({ promise }) => promise === name).length]));
}

/** The middle of some times, in seconds, as text. */
export function medianSeconds(ms: number[]): string {
  const sorted = [...ms].sort((a, b) => a - b);
  return `${((sorted[sorted.length >> 1] ?? 0) / 1000).toFixed(1)} s`;
}

/** What both programs said in a round that broke a promise, for whoever looks for the cause; its directory. */
export function keepOutput(programs: Record<string, Pick<Kept, "written">>, name: string): string {
  const dir = join(tmpdir(), `signalbox-chaos-${process.pid}`);
  mkdirSync(dir, { recursive: true });
  for (const [program, { written }] of Object.entries(programs))
    writeFileSync(join(dir, `${name}-${program}.log`), written());
  return dir;
}
