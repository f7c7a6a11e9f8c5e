import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { AgentPage } from "../../../../components/agents/AgentPage.tsx";
import { Hydrated } from "../../../../components/shell/Hydrated.tsx";
import { reads } from "../../../../lib/reads.ts";
import { codeOf, pageData } from "../../../../trpc/server.ts";

type Params = { params: Promise<{ agentId: string }> };

export async function generateMetadata({ params }: Params): Promise<Metadata> {
  return { title: decodeURIComponent((await params).agentId) };
}

export default async function Page({ params }: Params) {
  const agentId = decodeURIComponent((await params).agentId);
  const { queryClient, trpc } = await pageData();
  const agent = await queryClient.fetchQuery(reads.agent(trpc, agentId)).catch((error) => {
    if (codeOf(error) === "NOT_FOUND") notFound();
    return null;
  });
  await Promise.all([
    queryClient.prefetchQuery(reads.timeline(trpc, agentId)),
    agent?.workspaceId ? queryClient.prefetchQuery(reads.workspace(trpc, agent.workspaceId)) : null,
  ]);
  return (
    <Hydrated queryClient={queryClient}>
      <AgentPage agentId={agentId} />
    </Hydrated>
  );
}
