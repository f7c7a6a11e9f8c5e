"use client";

import { QueryClientProvider } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { type ReactNode, useState } from "react";
import { makeClient, silentClient } from "../../trpc/client.ts";
import { TRPCProvider } from "../../trpc/context.ts";
import { makeQueryClient } from "../../trpc/query-client.ts";

const SessionOver = dynamic(() => import("./SessionOver.tsx").then((module) => module.SessionOver), { ssr: false });

/** What every page of a tab shares: the cache, the connection, and the dialog for a session that ended. */
export function Providers({ children }: { children: ReactNode }) {
  const [over, setOver] = useState(false);
  const [queryClient] = useState(() => makeQueryClient(() => setOver(true)));
  const [{ client, renew }] = useState(() => (typeof window === "undefined" ? silentClient() : makeClient()));
  const goOn = () => {
    renew();
    setOver(false);
  };
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={client} queryClient={queryClient}>
        {children}
        {over ? <SessionOver onSignedIn={goOn} /> : null}
      </TRPCProvider>
    </QueryClientProvider>
  );
}
