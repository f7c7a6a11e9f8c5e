"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { isUnknown } from "../../lib/problem.ts";
import { reads } from "../../lib/reads.ts";
import { useAddress } from "../../lib/use-address.ts";
import { useTRPC } from "../../trpc/context.ts";
import { PageHead } from "../parts/PageHead.tsx";
import { Pager } from "../parts/Pager.tsx";
import { PageSkeleton } from "../parts/PageSkeleton.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Part } from "../parts/Part.tsx";
import { UnknownThing } from "../parts/UnknownThing.tsx";
import { RepositoryTable } from "./RepositoryTable.tsx";

const RepositoryEditor = dynamic(() => import("./RepositoryEditor.tsx").then((module) => module.RepositoryEditor), {
  ssr: false,
  loading: () => <PageSkeleton />,
});

/** Repositories and what their changes must pass; `?repository=` is the form of one (CON-50). */
export function RepositoriesPage() {
  const [repository, setRepository] = useAddress("repository");
  return repository ? (
    <OneRepository key={repository} repository={repository} onAll={() => setRepository("")} />
  ) : (
    <RepositoryList />
  );
}

function RepositoryList() {
  const [after, setAfter] = useAddress("after");
  const read = useQuery({ ...reads.repositories(useTRPC(), after), placeholderData: keepPreviousData });
  return (
    <>
      <PageHead title="Repositories" about="What a change must pass before it lands" />
      <Panel flush>
        <Part read={read} rows={5}>
          {({ items }) => <RepositoryTable repositories={items} />}
        </Part>
      </Panel>
      <Pager after={after} next={read.data?.nextCursor ?? null} go={setAfter} />
    </>
  );
}

function OneRepository({ repository, onAll }: { repository: string; onAll: () => void }) {
  const read = useQuery(reads.repository(useTRPC(), repository));
  if (isUnknown(read.error)) return <UnknownThing what="repository" list="/repositories" listName="All repositories" />;
  return (
    <Part read={read} rows={6}>
      {(stored) => <RepositoryEditor stored={stored} onAll={onAll} />}
    </Part>
  );
}
