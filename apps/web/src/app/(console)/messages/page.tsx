import type { Metadata } from "next";
import { MessagesPage } from "../../../components/messages/MessagesPage.tsx";
import { Hydrated } from "../../../components/shell/Hydrated.tsx";
import { valuesIn } from "../../../lib/filters.ts";
import { messageFilterNames } from "../../../lib/message-filters.ts";
import { reads } from "../../../lib/reads.ts";
import { type Search, searchValue } from "../../../lib/search.ts";
import { holds } from "../../../lib/session-rights.ts";
import { pageData } from "../../../trpc/server.ts";

export const metadata: Metadata = { title: "Messages" };

export default async function Page({ searchParams }: { searchParams: Promise<Search> }) {
  const search = await searchParams;
  const { queryClient, trpc } = await pageData();
  const filters = valuesIn(messageFilterNames, search);
  const session = await queryClient.fetchQuery(reads.session(trpc)).catch(() => null);
  if (holds(session, "message:read")) {
    await queryClient.prefetchQuery(reads.messages(trpc, filters, searchValue(search, "before")));
  }
  return (
    <Hydrated queryClient={queryClient}>
      <MessagesPage />
    </Hydrated>
  );
}
