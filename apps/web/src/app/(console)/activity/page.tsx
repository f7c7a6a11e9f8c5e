import type { Metadata } from "next";
import { ActivityPage } from "../../../components/activity/ActivityPage.tsx";
import { Hydrated } from "../../../components/shell/Hydrated.tsx";
import { activityFilterNames } from "../../../lib/activity-filters.ts";
import { valuesIn } from "../../../lib/filters.ts";
import { reads } from "../../../lib/reads.ts";
import { type Search, searchValue } from "../../../lib/search.ts";
import { pageData } from "../../../trpc/server.ts";

export const metadata: Metadata = { title: "Activity" };

export default async function Page({ searchParams }: { searchParams: Promise<Search> }) {
  const search = await searchParams;
  const { queryClient, trpc } = await pageData();
  const filters = valuesIn(activityFilterNames, search);
  await queryClient.prefetchQuery(reads.records(trpc, filters, searchValue(search, "before")));
  return (
    <Hydrated queryClient={queryClient}>
      <ActivityPage />
    </Hydrated>
  );
}
