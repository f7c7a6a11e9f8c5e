import type { Metadata } from "next";
import { Hydrated } from "../../components/Hydrated.tsx";
import { Overview } from "../../components/Overview.tsx";
import { reads } from "../../lib/reads.ts";
import { pageData } from "../../trpc/server.ts";

export const metadata: Metadata = { title: "Overview" };

export default async function OverviewPage() {
  const { queryClient, trpc } = await pageData();
  await Promise.all([
    queryClient.prefetchQuery(reads.liveAgents(trpc)),
    queryClient.prefetchQuery(reads.workspaces(trpc, "open", "")),
    queryClient.prefetchQuery(reads.queues(trpc)),
    queryClient.prefetchQuery(reads.activity(trpc)),
  ]);
  return (
    <Hydrated queryClient={queryClient}>
      <Overview />
    </Hydrated>
  );
}
