"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { isUnknown } from "../../lib/problem.ts";
import { reads } from "../../lib/reads.ts";
import { useTRPC } from "../../trpc/context.ts";
import { Needs } from "../parts/Needs.tsx";
import { PageSkeleton } from "../parts/PageSkeleton.tsx";
import { Part } from "../parts/Part.tsx";
import { UnknownThing } from "../parts/UnknownThing.tsx";

const ProfileEditor = dynamic(() => import("./ProfileEditor.tsx").then((module) => module.ProfileEditor), {
  ssr: false,
  loading: () => <PageSkeleton />,
});

/** One profile: its form, and the grant that an agent with it would get (CON-41). */
export function ProfilePage({ name }: { name: string }) {
  return (
    <Needs scope="profile:read" what="profiles">
      <Editing name={name} />
    </Needs>
  );
}

function Editing({ name }: { name: string }) {
  // What is being removed here is not asked for again, though the relay tells that it changed.
  const [removing, setRemoving] = useState(false);
  const read = useQuery({ ...reads.profile(useTRPC(), name), enabled: !removing });
  if (isUnknown(read.error)) return <UnknownThing what="profile" list="/profiles" listName="All profiles" />;
  return (
    <Part read={read} rows={10}>
      {(profile) => <ProfileEditor key={profile.name} stored={profile} onRemoving={setRemoving} />}
    </Part>
  );
}
