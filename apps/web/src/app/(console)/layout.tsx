import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { LiveData } from "../../components/shell/LiveData.tsx";
import { Providers } from "../../components/shell/Providers.tsx";
import { Shell } from "../../components/shell/Shell.tsx";
import { reads } from "../../lib/reads.ts";
import { holds } from "../../lib/session-rights.ts";
import { pageData, toSignIn } from "../../trpc/server.ts";

/** Every page but sign-in: needs a session, has the navigation and lives on the event stream. */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const { queryClient, trpc } = await pageData();
  const session = await queryClient.fetchQuery(reads.session(trpc)).catch(() => null);
  if (!session || session.kind === "anonymous") return toSignIn();
  await Promise.all([
    queryClient.prefetchQuery(reads.needyAgents(trpc)),
    queryClient.prefetchQuery(reads.unendedAgents(trpc)),
    queryClient.prefetchQuery(reads.needyWorkspaces(trpc)),
    queryClient.prefetchQuery(reads.hosts(trpc)),
    ...(holds(session, "message:read")
      ? [
          queryClient.prefetchQuery(reads.heldMessages(trpc)),
          queryClient.prefetchQuery(reads.undelivered(trpc, Date.now())),
        ]
      : []),
  ]);
  return (
    <Providers>
      <HydrationBoundary state={dehydrate(queryClient)}>
        <LiveData>
          <Shell>{children}</Shell>
        </LiveData>
      </HydrationBoundary>
    </Providers>
  );
}
