import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Program } from "../../tests/support/program.ts";

/** Environment that loads the gauge into a Node program. */
export const gauged = { NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, "gauge.mjs")).href}` };

/** What a gauged program answers. */
export interface Reading {
  /** Resident memory and living JavaScript objects after a collection, in KiB. */
  rss: number;
  heap: number;
  /** How late a timer was, at most and in the 99th percentile, in ms since the reading before. */
  lateMax: number;
  lateP99: number;
}

let asked = 0;

/** Asks a gauged program; its garbage is collected first. */
export async function read({ send, told }: Pick<Program, "send" | "told">): Promise<Reading> {
  asked += 1;
  send({ type: "gauge", n: asked });
  const { rss, heap, lateMax, lateP99 } = await told(`gauge-${asked}`);
  return { rss: Number(rss) / 1024, heap: Number(heap) / 1024, lateMax: Number(lateMax), lateP99: Number(lateP99) };
}
