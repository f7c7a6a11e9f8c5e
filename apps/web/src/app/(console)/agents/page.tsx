import type { Metadata } from "next";
import { AgentsPage } from "../../../components/agents/AgentsPage.tsx";
import { Hydrated } from "../../../components/shell/Hydrated.tsx";
import { agentFilterNames } from "../../../lib/agent-filters.ts";
import { valuesIn } from "../../../lib/filters.ts";
import { agentFilters, filterNamed, reads } from "../../../lib/reads.ts";
import { type Search, searchValue } from "../../../lib/search.ts";
import { pageData } from "../../../trpc/server.ts";

export const metadata: Metadata = { title: "Agents" };

export default async function Page({ searchParams }: { searchParams: Promise<Search> }) {
  const search = await searchParams;
  const { queryClient, trpc } = await pageData();
  const filter = filterNamed(agentFilters, searchValue(search, "state"), "running");
  const narrowed = valuesIn(agentFilterNames, search);
  await Promise.all([
    queryClient.prefetchQuery(reads.agents(trpc, filter, narrowed, searchValue(search, "after"))),
    queryClient.prefetchQuery(reads.workspaces(trpc, "open", "")),
  ]);
  return (
    <Hydrated queryClient={queryClient}>
      <AgentsPage />
    </Hydrated>
  );
}
