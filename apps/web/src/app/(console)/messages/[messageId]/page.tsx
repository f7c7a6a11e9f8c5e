import { MessageId } from "@signalbox/api/contracts";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ThreadPage } from "../../../../components/messages/ThreadPage.tsx";
import { Hydrated } from "../../../../components/shell/Hydrated.tsx";
import { reads } from "../../../../lib/reads.ts";
import { type Search, searchValue } from "../../../../lib/search.ts";
import { holds } from "../../../../lib/session-rights.ts";
import { codeOf, pageData } from "../../../../trpc/server.ts";

type Props = { params: Promise<{ messageId: string }>; searchParams: Promise<Search> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Message ${decodeURIComponent((await params).messageId)}` };
}

export default async function Page({ params, searchParams }: Props) {
  const { data: messageId } = MessageId.safeParse(Number((await params).messageId));
  if (!messageId) notFound();
  const { queryClient, trpc } = await pageData();
  const after = searchValue(await searchParams, "after");
  const session = await queryClient.fetchQuery(reads.session(trpc)).catch(() => null);
  if (holds(session, "message:read")) {
    await queryClient.fetchQuery(reads.thread(trpc, messageId, after)).catch((error) => {
      if (codeOf(error) === "NOT_FOUND") notFound();
    });
  }
  return (
    <Hydrated queryClient={queryClient}>
      <ThreadPage messageId={messageId} />
    </Hydrated>
  );
}
