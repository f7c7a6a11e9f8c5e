import type { Metadata } from "next";
import { AgentsPage } from "../../../components/AgentsPage.tsx";
import { Hydrated } from "../../../components/Hydrated.tsx";
import { agentFilters, filterNamed, reads } from "../../../lib/reads.ts";
import { type Search, searchValue } from "../../../lib/search.ts";
import { pageData } from "../../../trpc/server.ts";

export const metadata: Metadata = { title: "Agents" };

export default async function Page({ searchParams }: { searchParams: Promise<Search> }) {
  const search = await searchParams;
  const { queryClient, trpc } = await pageData();
  const filter = filterNamed(agentFilters, searchValue(search, "state"), "running");
  await queryClient.prefetchQuery(
    reads.agents(trpc, filter, searchValue(search, "text"), searchValue(search, "after")),
  );
  return (
    <Hydrated queryClient={queryClient}>
      <AgentsPage />
    </Hydrated>
  );
}
