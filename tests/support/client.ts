import type { AppRouter } from "@signalbox/api";
import type { Problem } from "@signalbox/api/contracts";
import { createTRPCClient, httpLink, TRPCClientError } from "@trpc/client";
import superjson from "superjson";

/** The relay's procedures over HTTP, with one credential. */
export type Client = ReturnType<typeof createTRPCClient<AppRouter>>;

export function clientOf(url: string, token: string): Client {
  const headers = { authorization: `Bearer ${token}` };
  return createTRPCClient<AppRouter>({
    links: [httpLink({ url: `${url}/api/trpc`, transformer: superjson, headers })],
  });
}

/** What the relay said against a call; null when the call did not reach it or its answer did not come back. */
export function problemOf(error: unknown): Problem | null {
  if (!(error instanceof TRPCClientError)) return null;
  return (error.data as { problem?: Problem } | null | undefined)?.problem ?? null;
}

/** The refusal of a call that must be refused. */
export async function refusal(call: Promise<unknown>): Promise<Problem> {
  const problem = await call.then(() => null, problemOf);
  if (!problem) throw new Error("the call was not refused");
  return problem;
}
