import { z } from "zod";

/** Lines that one read of a log may ask for (HST-48). */
export const mostLogLines = 5000;

/**
 * A place in a log: number of the file since the log began, byte in it, and how many bytes after that were shown as the
 * unfinished line. A file's number is never given to another one, so that a place means the same after a rotation.
 */
export const LogPlace = z.string().regex(/^\d{1,9}\.\d{1,12}\.\d{1,12}$/, "is no place in a log");
export type LogPlace = z.infer<typeof LogPlace>;

/** Where a log begins. */
export const logStart: LogPlace = "1.0.0";

/** How much of the unfinished line a place has seen, as text. */
export const seenOf = (place: LogPlace | null): string | undefined => place?.split(".")[2];

/** What a read of a log finds (HST-48). Lines are whole, plain and masked. */
export const LogLines = z.object({
  lines: z.array(z.string()).max(mostLogLines).describe("Oldest first; without escape sequences, tokens masked"),
  partial: z
    .string()
    .nullable()
    .describe("The line that is still being written; it comes again in lines once it is whole"),
  skipped: z.boolean().describe("What the cursor pointed at was dropped: lines goes on with the oldest that is kept"),
  more: z.boolean().describe("More whole lines are there already: ask again with cursor"),
});
