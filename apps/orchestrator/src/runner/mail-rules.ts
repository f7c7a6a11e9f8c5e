import type { Mail } from "@signalbox/api/contracts";
import type { Turn } from "./turn-rules.ts";

/** How long a person's key keeps the runner from typing (MSG-48), in milliseconds. */
const quietMs = 10_000;

/** Messages that the turn lets be typed now, whatever a person does (MSG-47, MSG-48). */
export function wanted(mails: Mail[], { started, status }: Pick<Turn, "started" | "status">): Mail[] {
  if (!started || status === "blocked") return [];
  return status === "idle" ? mails : mails.filter(({ urgent }) => urgent);
}

/** Milliseconds until a person has been quiet for long enough; 0: now. */
export const quietIn = (sinceKeyMs: number): number => Math.max(0, quietMs - sinceKeyMs);
