import type { Metadata } from "next";
import { ProfilesPage } from "../../../components/profiles/ProfilesPage.tsx";
import { Hydrated } from "../../../components/shell/Hydrated.tsx";
import { reads } from "../../../lib/reads.ts";
import { type Search, searchValue } from "../../../lib/search.ts";
import { holds } from "../../../lib/session-rights.ts";
import { pageData } from "../../../trpc/server.ts";

export const metadata: Metadata = { title: "Profiles" };

export default async function Page({ searchParams }: { searchParams: Promise<Search> }) {
  const search = await searchParams;
  const { queryClient, trpc } = await pageData();
  const session = await queryClient.fetchQuery(reads.session(trpc)).catch(() => null);
  if (holds(session, "profile:read")) {
    await queryClient.prefetchQuery(reads.profiles(trpc, searchValue(search, "after")));
  }
  return (
    <Hydrated queryClient={queryClient}>
      <ProfilesPage />
    </Hydrated>
  );
}
