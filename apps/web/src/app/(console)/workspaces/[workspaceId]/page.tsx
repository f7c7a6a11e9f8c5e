import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Hydrated } from "../../../../components/shell/Hydrated.tsx";
import { WorkspacePage } from "../../../../components/workspaces/WorkspacePage.tsx";
import { reads } from "../../../../lib/reads.ts";
import { codeOf, pageData } from "../../../../trpc/server.ts";

type Params = { params: Promise<{ workspaceId: string }> };

export const metadata: Metadata = { title: "Workspace" };

export default async function Page({ params }: Params) {
  const workspaceId = decodeURIComponent((await params).workspaceId);
  const { queryClient, trpc } = await pageData();
  await queryClient.fetchQuery(reads.workspace(trpc, workspaceId)).catch((error) => {
    if (codeOf(error) === "NOT_FOUND") notFound();
  });
  return (
    <Hydrated queryClient={queryClient}>
      <WorkspacePage workspaceId={workspaceId} />
    </Hydrated>
  );
}
