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
  /** What these objects hold outside the heap, such as bytes to be sent, in KiB. */
  external: number;
  /** How late a timer was, at most and in the 99th percentile, in ms since the reading before. */
  lateMax: number;
  lateP99: number;
}

let asked = 0;

/** Asks a gauged program; its garbage is collected first. */
export async function read({ send, told }: Pick<Program, "send" | "told">): Promise<Reading> {
  asked += 1;
  send({ type: "gauge", n: asked });
  const { rss, heap, external, lateMax, lateP99 } = await told(`gauge-${asked}`);
  const [inRss, inHeap, outside] = [rss, heap, external].map((bytes) => Number(bytes) / 1024) as [
    number,
    number,
    number,
  ];
  return { rss: inRss, heap: inHeap, external: outside, lateMax: Number(lateMax), lateP99: Number(lateP99) };
}
