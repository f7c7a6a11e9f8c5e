import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ProfilePage } from "../../../../components/profiles/ProfilePage.tsx";
import { Hydrated } from "../../../../components/shell/Hydrated.tsx";
import { reads } from "../../../../lib/reads.ts";
import { holds } from "../../../../lib/session-rights.ts";
import { codeOf, pageData } from "../../../../trpc/server.ts";

type Params = { params: Promise<{ name: string }> };

export async function generateMetadata({ params }: Params): Promise<Metadata> {
  return { title: decodeURIComponent((await params).name) };
}

/** A name that no profile can have is as unknown as one that none has. */
const unknown = new Set(["NOT_FOUND", "BAD_REQUEST"]);

export default async function Page({ params }: Params) {
  const name = decodeURIComponent((await params).name);
  const { queryClient, trpc } = await pageData();
  const session = await queryClient.fetchQuery(reads.session(trpc)).catch(() => null);
  if (holds(session, "profile:read")) {
    await queryClient.fetchQuery(reads.profile(trpc, name)).catch((error) => {
      if (unknown.has(codeOf(error) ?? "")) notFound();
    });
  }
  return (
    <Hydrated queryClient={queryClient}>
      <ProfilePage name={name} />
    </Hydrated>
  );
}
