import { existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { CommandType } from "../../packages/api/src/contracts/index.ts";

/** Where in a command's life the orchestrator is to die. */
export interface Point {
  type: CommandType;
  /** A line of the journal, or `act`: one of the programs (tmux, git) that are run after the journal has it as begun. */
  step: "begun" | "progress" | "done" | "confirmed" | "act";
  /** `torn`: half of the line is written. `after`: the line is on disk, or the program has ended. */
  when: "before" | "torn" | "after";
  /** The how manyth such line or program, from 0. */
  nth: number;
}

/** Makes orchestrators die at chosen points by a module that is loaded before them. */
export function armIn(dir: string) {
  const file = join(dir, "die-at.json");
  const preload = pathToFileURL(join(import.meta.dirname, "die-at.mjs")).href;
  return {
    env: { NODE_OPTIONS: `--import ${preload}`, CHAOS_DIE_FILE: file },
    arm(point: Point): void {
      writeFileSync(`${file}.new`, JSON.stringify(point));
      renameSync(`${file}.new`, file);
    },
    /** Whether the point was reached. */
    died: () => !existsSync(file),
  };
}
