import type { Metadata } from "next";
import { RepositoriesPage } from "../../../components/repositories/RepositoriesPage.tsx";
import { Hydrated } from "../../../components/shell/Hydrated.tsx";
import { reads } from "../../../lib/reads.ts";
import { type Search, searchValue } from "../../../lib/search.ts";
import { pageData } from "../../../trpc/server.ts";

export const metadata: Metadata = { title: "Repositories" };

export default async function Page({ searchParams }: { searchParams: Promise<Search> }) {
  const search = await searchParams;
  const { queryClient, trpc } = await pageData();
  const repository = searchValue(search, "repository");
  await (repository
    ? queryClient.prefetchQuery(reads.repository(trpc, repository))
    : queryClient.prefetchQuery(reads.repositories(trpc, searchValue(search, "after"))));
  return (
    <Hydrated queryClient={queryClient}>
      <RepositoriesPage />
    </Hydrated>
  );
}
