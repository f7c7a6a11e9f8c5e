import type { ActivityRecord } from "./types.ts";

/** Refusals of one caller by one procedure for one reason, added up. */
export interface Denial {
  key: string;
  procedure: string;
  caller: string;
  /** What was missing, as the caller was told. */
  why: string;
  /** No valid credential, or one that may not. */
  code: string;
  count: number;
  lastAt: string;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Records of kind `denied`, newest first, as one row per procedure, caller and reason (CON-49, IDN-56). */
export function groupDenials(records: readonly Pick<ActivityRecord, "actor" | "at" | "body" | "metadata">[]): Denial[] {
  const rows = new Map<string, Denial>();
  for (const { actor, at, body, metadata } of records) {
    const procedure = text(metadata.procedure) || "unknown";
    const why = text(metadata.why) || (body ?? "");
    const key = `${procedure} ${actor} ${why}`;
    const count = typeof metadata.count === "number" ? metadata.count : 1;
    const row = rows.get(key) ?? {
      key,
      procedure,
      caller: actor,
      why,
      code: text(metadata.code),
      count: 0,
      lastAt: at,
    };
    rows.set(key, { ...row, count: row.count + count });
  }
  return [...rows.values()].toSorted((a, b) => b.lastAt.localeCompare(a.lastAt));
}

/** The scopes that a refusal names, of which any one would have done; null when it was about something else. */
export const missingScopes = (why: string): string[] | null =>
  /^\S+ needs (.+), which this token does not have$/.exec(why)?.[1]?.split(" or ") ?? null;
