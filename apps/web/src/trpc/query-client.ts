import { defaultShouldDehydrateQuery, QueryCache, QueryClient } from "@tanstack/react-query";
import { isSessionOver } from "../lib/problem.ts";

/** How often a failed read is tried again before its part of the page says so. */
const retries = 2;

/** The answer of `auth.whoami` after the cookie has gone. */
const isAnonymous = (data: unknown): boolean => (data as { kind?: unknown } | null)?.kind === "anonymous";

/** The cache of one page render (server) or of one tab (browser). Freshness comes from the event stream, not from age. */
export function makeQueryClient(onSessionOver: () => void = () => {}): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => isSessionOver(error) && onSessionOver(),
      onSuccess: (data) => isAnonymous(data) && onSessionOver(),
    }),
    defaultOptions: {
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        // The relay is often on this machine: no network does not mean no relay.
        networkMode: "always",
        retry: (failures, error) =>
          typeof window !== "undefined" && failures < retries && !("data" in error && error.data),
      },
      mutations: { networkMode: "always" },
      dehydrate: { shouldDehydrateQuery: (query) => defaultShouldDehydrateQuery(query) },
    },
  });
}
