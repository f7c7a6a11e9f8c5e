import type { Metadata } from "next";
import { SecurityPage } from "../../../components/security/SecurityPage.tsx";
import { Hydrated } from "../../../components/shell/Hydrated.tsx";
import { filterNamed, reads, type TokenFilter, tokenFilters } from "../../../lib/reads.ts";
import { type Search, searchValue } from "../../../lib/search.ts";
import { holds } from "../../../lib/session-rights.ts";
import { profileNamed } from "../../../lib/token-words.ts";
import { pageData } from "../../../trpc/server.ts";

export const metadata: Metadata = { title: "Tokens & security" };

export default async function Page({ searchParams }: { searchParams: Promise<Search> }) {
  const search = await searchParams;
  const { queryClient, trpc } = await pageData();
  const session = await queryClient.fetchQuery(reads.session(trpc)).catch(() => null);
  const filter = filterNamed<TokenFilter>(tokenFilters, searchValue(search, "state"), "active");
  const tab = searchValue(search, "tab");
  const wanted = {
    tokens: () =>
      holds(session, "token:read") &&
      queryClient.prefetchQuery(
        reads.tokens(trpc, filter, profileNamed(searchValue(search, "profile")), searchValue(search, "after")),
      ),
    refused: () => holds(session, "activity:read") && queryClient.prefetchQuery(reads.denials(trpc)),
    profiles: () => holds(session, "token:read") && queryClient.prefetchQuery(reads.tokenProfiles(trpc)),
  };
  await wanted[filterNamed(wanted, tab, "tokens")]();
  return (
    <Hydrated queryClient={queryClient}>
      <SecurityPage />
    </Hydrated>
  );
}
