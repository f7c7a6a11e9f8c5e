import { productVersion, protocolVersion } from "@signalbox/api/contracts";
import type { Metadata } from "next";
import { HostsPage } from "../../../components/hosts/HostsPage.tsx";
import { Hydrated } from "../../../components/shell/Hydrated.tsx";
import { reads } from "../../../lib/reads.ts";
import { pageData } from "../../../trpc/server.ts";

export const metadata: Metadata = { title: "Hosts" };

export default async function Page() {
  const { queryClient, trpc } = await pageData();
  await queryClient.prefetchQuery(reads.hosts(trpc));
  return (
    <Hydrated queryClient={queryClient}>
      <HostsPage relay={{ version: productVersion, protocolVersion }} />
    </Hydrated>
  );
}
