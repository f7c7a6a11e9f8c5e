import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** A program's clock that can be set while it runs. */
export function clockIn(dir: string, name: string) {
  const file = join(dir, `clock-${name}`);
  const preload = pathToFileURL(join(import.meta.dirname, "../lib/step-clock.mjs")).href;
  writeFileSync(file, "0");
  return {
    env: { NODE_OPTIONS: `--import ${preload}`, CHAOS_CLOCK_FILE: file },
    set: (offsetMs: number) => writeFileSync(file, String(offsetMs)),
  };
}
export type SteppedClock = ReturnType<typeof clockIn>;
