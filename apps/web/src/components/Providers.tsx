"use client";

import type { AppRouter } from "@signalbox/api";
import { QueryClientProvider } from "@tanstack/react-query";
import type { TRPCClient } from "@trpc/client";
import { type ReactNode, useState } from "react";
import { makeClient, silentClient } from "../trpc/client.ts";
import { TRPCProvider } from "../trpc/context.ts";
import { makeQueryClient } from "../trpc/query-client.ts";
import { SessionOver } from "./SessionOver.tsx";

/** What every page of a tab shares: the cache, the connection, and the dialog for a session that ended. */
export function Providers({ children }: { children: ReactNode }) {
  const [over, setOver] = useState(false);
  const [queryClient] = useState(() => makeQueryClient(() => setOver(true)));
  const [client] = useState<TRPCClient<AppRouter>>(() => (typeof window === "undefined" ? silentClient() : makeClient()));
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={client} queryClient={queryClient}>
        {children}
        <SessionOver opened={over} onSignedIn={() => setOver(false)} />
      </TRPCProvider>
    </QueryClientProvider>
  );
}
