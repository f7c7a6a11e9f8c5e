import { z } from "zod";

/** UTC instant as ISO 8601 text: contracts are JSON-safe and hold no `Date`. */
export const Timestamp = z.iso.datetime().describe("UTC instant, ISO 8601");

/** Any id: 1 to 240 characters. */
export const Id = z.string().min(1).max(240);

/** A number of things: whole, and no more than both databases hold in a column. */
export const Count = z.number().int().min(0).max(2_147_483_647);

/** Where a list goes on; null on the last page. */
export const NextCursor = z.string().nullable().describe("Pass as cursor for the next page; null on the last");

/** Version of what relay and orchestrator say to each other; the relay also accepts the one before it (HST-03). */
export const protocolVersion = 1;

/** Version of the whole product; all packages are released together. */
export const productVersion = "0.1.0";

/** Presence and wake-up times, in milliseconds (HST-11, HST-27). */
export const timing = {
  ping: 5_000,
  silence: 10_000,
  recheck: 2_000,
  waitRecheck: 700,
  heartbeat: 5_000,
} as const;
