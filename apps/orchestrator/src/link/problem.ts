import type { Problem } from "@signalbox/api/contracts";
import { TRPCClientError } from "@trpc/client";

/** What the relay said against a call; null when the call did not reach it or its answer did not come back. */
export function problemOf(error: unknown): Problem | null {
  if (!(error instanceof TRPCClientError)) return null;
  const data = error.data as { problem?: Problem } | null | undefined;
  return data?.problem ?? null;
}

/** Whether the relay cannot serve the call now but may in a moment. */
export const isPassing = ({ code }: Problem): boolean => code === "Unavailable" || code === "Internal";
