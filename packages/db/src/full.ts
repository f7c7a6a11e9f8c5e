/** SQLite's SQLITE_FULL; PostgreSQL's disk_full; the system's ENOSPC and EDQUOT. */
const codes = new Set<unknown>([13, "13", "SQLITE_FULL", "53100", "ENOSPC", "EDQUOT"]);
const words = /database or disk is full|no space left on device/i;

/** Errors that Prisma and tRPC wrap around the driver's. */
const deepest = 8;

/** Whether a write failed because the disk of the database is full; what it was to write is not stored. */
export function isDiskFull(error: unknown, depth = 0): boolean {
  if (typeof error !== "object" || error === null || depth > deepest) return false;
  const { code, rawCode, originalCode, message, originalMessage, cause, meta, driverAdapterError } = error as Record<
    string,
    unknown
  >;
  if ([code, rawCode, originalCode].some((one) => codes.has(one))) return true;
  if ([message, originalMessage].some((text) => typeof text === "string" && words.test(text))) return true;
  return [cause, meta, driverAdapterError].some((inner) => isDiskFull(inner, depth + 1));
}
