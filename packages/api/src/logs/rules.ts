import { LogPlace } from "../contracts/index.ts";

/** A log: what one session wrote, or with null what the host's daemon wrote. */
export interface Source {
  orchestratorId: string;
  commandId: string | null;
}

const nameOf = ({ orchestratorId, commandId }: Source): string => commandId ?? orchestratorId;

/** A place that says of which log it is, so that it is never taken for one of another. */
export const cursorOf = (source: Source, place: LogPlace): string => `${nameOf(source)}.${place}`;

/** Log and place that a cursor names; null for what is no cursor. */
export function readCursor(text: string): { of: string; place: LogPlace } | null {
  const [, of = "", place = ""] = /^(.+?)\.(\d+\.\d+\.\d+)$/.exec(text) ?? [];
  return of && LogPlace.safeParse(place).success ? { of, place } : null;
}

export const isOf = (source: Source, of: string): boolean => nameOf(source) === of;

/** A host answers within this, so that its answer is there before the request is given up (HST-41). */
const askMs = 5_000;

/** How long the host is to wait this time, of what is left; 0 when it is to answer at once. */
export const waitMs = (leftMs: number): number => Math.max(0, Math.min(askMs, Math.floor(leftMs)));

interface Found {
  lines: string[];
  skipped: boolean;
  more: boolean;
}

/**
 * What follows an answer of the host: it is what was asked for, or it is to be asked again, or the session is over and
 * read to its end, and the one that took its place goes on.
 */
export function afterAnswer(
  { lines, skipped, more }: Found,
  at: { earlierSession: boolean; following: boolean; changed: boolean; leftMs: number },
): "answer" | "ask again" | "next session" {
  if (lines.length || skipped) return "answer";
  if (more && at.leftMs > 0) return "ask again";
  if (at.earlierSession && !more) return "next session";
  if (!at.following || at.changed || at.leftMs <= 0) return "answer";
  return "ask again";
}
