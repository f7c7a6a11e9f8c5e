import type { Metadata } from "next";
import { Overview } from "../../components/overview/Overview.tsx";
import { Hydrated } from "../../components/shell/Hydrated.tsx";
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
