import { productVersion, protocolVersion } from "@signalbox/api/contracts";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { HostPage } from "../../../../components/hosts/HostPage.tsx";
import { Hydrated } from "../../../../components/shell/Hydrated.tsx";
import { reads } from "../../../../lib/reads.ts";
import { codeOf, pageData } from "../../../../trpc/server.ts";

type Params = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Params): Promise<Metadata> {
  return { title: decodeURIComponent((await params).id) };
}

export default async function Page({ params }: Params) {
  const id = decodeURIComponent((await params).id);
  const { queryClient, trpc } = await pageData();
  await queryClient.fetchQuery(reads.host(trpc, id)).catch((error) => {
    if (codeOf(error) === "NOT_FOUND") notFound();
  });
  await queryClient.prefetchQuery(reads.agentsOn(trpc, id, "live"));
  return (
    <Hydrated queryClient={queryClient}>
      <HostPage hostId={id} relay={{ version: productVersion, protocolVersion }} />
    </Hydrated>
  );
}
