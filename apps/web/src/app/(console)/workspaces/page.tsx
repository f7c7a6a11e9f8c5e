import type { Metadata } from "next";
import { Hydrated } from "../../../components/shell/Hydrated.tsx";
import { WorkspacesPage } from "../../../components/workspaces/WorkspacesPage.tsx";
import { filterNamed, reads, workspaceFilters } from "../../../lib/reads.ts";
import { type Search, searchValue } from "../../../lib/search.ts";
import { pageData } from "../../../trpc/server.ts";

export const metadata: Metadata = { title: "Workspaces" };

export default async function Page({ searchParams }: { searchParams: Promise<Search> }) {
  const search = await searchParams;
  const { queryClient, trpc } = await pageData();
  const filter = filterNamed(workspaceFilters, searchValue(search, "state"), "open");
  await Promise.all([
    queryClient.prefetchQuery(reads.workspaces(trpc, filter, searchValue(search, "after"))),
    queryClient.prefetchQuery(reads.queues(trpc)),
  ]);
  return (
    <Hydrated queryClient={queryClient}>
      <WorkspacesPage />
    </Hydrated>
  );
}
