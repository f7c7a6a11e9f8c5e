"use client";

import { IconPlus } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { reads } from "../../lib/reads.ts";
import { useAddress } from "../../lib/use-address.ts";
import { useTRPC } from "../../trpc/context.ts";
import { ActButton } from "../parts/ActButton.tsx";
import { Needs } from "../parts/Needs.tsx";
import { PageHead } from "../parts/PageHead.tsx";
import { Pager } from "../parts/Pager.tsx";
import { PageSkeleton } from "../parts/PageSkeleton.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Part } from "../parts/Part.tsx";
import { ProfileTable } from "./ProfileTable.tsx";

const ProfileEditor = dynamic(() => import("./ProfileEditor.tsx").then((module) => module.ProfileEditor), {
  ssr: false,
  loading: () => <PageSkeleton />,
});

/** Agent profiles with the grant that each leads to; `?new=1` is the form for another one (CON-08). */
export function ProfilesPage() {
  const [creating, setCreating] = useAddress("new");
  return (
    <Needs scope="profile:read" what="profiles">
      {creating ? <ProfileEditor stored={null} /> : <ProfileList onNew={() => setCreating("1")} />}
    </Needs>
  );
}

function ProfileList({ onNew }: { onNew: () => void }) {
  const [after, setAfter] = useAddress("after");
  const read = useQuery({ ...reads.profiles(useTRPC(), after), placeholderData: keepPreviousData });
  const newProfile = (
    <ActButton needs="profile:write" leftSection={<IconPlus size={14} />} onClick={onNew}>
      New profile
    </ActButton>
  );
  return (
    <>
      <PageHead title="Profiles" about="What agents are started with, and what they may do beyond the usual">
        {newProfile}
      </PageHead>
      <Panel flush>
        <Part read={read} rows={6}>
          {({ items }) => <ProfileTable profiles={items} action={newProfile} />}
        </Part>
      </Panel>
      <Pager after={after} next={read.data?.nextCursor ?? null} go={setAfter} />
    </>
  );
}
