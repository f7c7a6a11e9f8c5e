import type { Problem } from "@signalbox/api/contracts";

interface WithProblem {
  data?: { problem?: Problem } | null;
}

const silent: Problem = {
  code: "Unavailable",
  message: "The relay did not answer",
  next: "Check that it is running; this page goes on by itself when it is back.",
  requestId: "none",
};

/** What the relay said about a failed call; where it said nothing, that it did not answer. */
export function problemOf(error: unknown): Problem {
  return (error as WithProblem | null)?.data?.problem ?? silent;
}

/** The session ended: 12 hours unused, revoked, or signed out elsewhere (CON-04). */
export const isSessionOver = (error: unknown): boolean => problemOf(error).code === "Unauthenticated";

export const isUnknown = (error: unknown): boolean => problemOf(error).code === "NotFound";
