"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { kindOptions } from "../../lib/activity.ts";
import { activityFilterNames } from "../../lib/activity-filters.ts";
import { reads } from "../../lib/reads.ts";
import { useAddress } from "../../lib/use-address.ts";
import { useFilters } from "../../lib/use-filters.ts";
import { useRefusal } from "../../lib/use-session.ts";
import { useTRPC } from "../../trpc/context.ts";
import { type Filter, FilterBar } from "../filters/FilterBar.tsx";
import { TextFilter } from "../filters/TextFilter.tsx";
import { Empty } from "../parts/Empty.tsx";
import { PageHead } from "../parts/PageHead.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Part } from "../parts/Part.tsx";
import toolbar from "../parts/Toolbar.module.css";
import { ActivityList } from "./ActivityList.tsx";

/** Who did what, to what, on whose behalf; what it is narrowed to is in the address (CON-47). */
export function ActivityPage() {
  const { values, change } = useFilters(activityFilterNames, "before");
  const [before, setBefore] = useAddress("before");
  const trpc = useTRPC();
  const refusal = useRefusal("activity:read");
  const read = useQuery({
    ...reads.records(trpc, values, before),
    placeholderData: keepPreviousData,
    enabled: !refusal,
  });
  const hosts = useQuery(reads.hosts(trpc)).data?.items;
  const filters = useMemo<Filter<(typeof activityFilterNames)[number]>[]>(
    () => [
      { name: "kind", label: "Kind", options: kindOptions },
      { name: "actor", label: "Actor", placeholder: "Name or agent id" },
      { name: "root", label: "On behalf of", placeholder: "Person or policy" },
      { name: "agent", label: "Agent", placeholder: "Id" },
      { name: "host", label: "Host", options: (hosts ?? []).map(({ id }) => ({ value: id, label: id })) },
      { name: "from", label: "From", kind: "time" },
      { name: "to", label: "Until", kind: "time" },
    ],
    [hosts],
  );
  if (refusal) {
    return (
      <>
        <PageHead title="Activity" />
        <Panel>
          <Empty title="You cannot see the activity">{refusal}.</Empty>
        </Panel>
      </>
    );
  }
  const key = JSON.stringify([values, before]);
  return (
    <>
      <PageHead title="Activity" />
      <FilterBar filters={filters} values={values} change={change}>
        <TextFilter
          className={toolbar.search}
          placeholder="Part of a title or text"
          aria-label="Filter by text"
          value={values.text}
          onChange={(text) => change({ text }, "replace")}
          main
        />
      </FilterBar>
      <Part read={read} rows={10}>
        {(page) => (
          <ActivityList
            page={page}
            read={key}
            settled={!read.isPlaceholderData}
            before={before}
            narrowed={Object.values(values).some(Boolean)}
            go={setBefore}
          />
        )}
      </Part>
    </>
  );
}
