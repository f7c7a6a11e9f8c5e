"use client";

import { SegmentedControl } from "@mantine/core";
import type { Provider } from "@signalbox/api/contracts";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { agentFilterNames } from "../../lib/agent-filters.ts";
import { agentFilters, filterNamed, reads } from "../../lib/reads.ts";
import { useAddress } from "../../lib/use-address.ts";
import { useFilters } from "../../lib/use-filters.ts";
import { useTRPC } from "../../trpc/context.ts";
import { type Filter, FilterBar } from "../filters/FilterBar.tsx";
import { TextFilter } from "../filters/TextFilter.tsx";
import { ActButton } from "../parts/ActButton.tsx";
import { PageHead } from "../parts/PageHead.tsx";
import { Pager } from "../parts/Pager.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Part } from "../parts/Part.tsx";
import classes from "../parts/Toolbar.module.css";
import { useNewAgent } from "../spawn/NewAgent.tsx";
import { AgentTable } from "./AgentTable.tsx";

const choices = [
  { value: "running", label: "Running" },
  { value: "needs", label: "Needs you" },
  { value: "ended", label: "Ended" },
  { value: "all", label: "All" },
];

const providers = (["claude", "codex", "shell"] satisfies Provider[]).map((value) => ({ value, label: value }));

/** All agents, narrowed by state and filters; they are in the address (CON-18). */
export function AgentsPage() {
  const { values, change } = useFilters(agentFilterNames, "after");
  const [state, setState] = useAddress("state", "running");
  const [after, setAfter] = useAddress("after");
  const filter = filterNamed(agentFilters, state, "running");
  const trpc = useTRPC();
  const read = useQuery({ ...reads.agents(trpc, filter, values, after), placeholderData: keepPreviousData });
  const hosts = useQuery(reads.hosts(trpc)).data?.items;
  const { open } = useNewAgent();
  const filters = useMemo<Filter<(typeof agentFilterNames)[number]>[]>(
    () => [
      { name: "provider", label: "Provider", options: providers },
      { name: "host", label: "Host", options: (hosts ?? []).map(({ id }) => ({ value: id, label: id })) },
      { name: "tag", label: "Tag", placeholder: "The whole tag" },
      { name: "capability", label: "Capability", placeholder: "The whole word" },
      { name: "policy", label: "Policy", placeholder: "Name" },
      { name: "profile", label: "Profile", placeholder: "Name" },
      { name: "parent", label: "Parent", placeholder: "Agent id" },
    ],
    [hosts],
  );
  return (
    <>
      <PageHead title="Agents">
        <ActButton needs="command:spawn" leftSection={<IconPlus size={14} />} onClick={open} hiddenFrom="sm">
          New agent
        </ActButton>
      </PageHead>
      <FilterBar filters={filters} values={values} change={change}>
        <SegmentedControl
          size="xs"
          data={choices}
          value={filter}
          aria-label="State"
          onChange={(value) => {
            setAfter("", "replace");
            setState(value);
          }}
        />
        <TextFilter
          className={classes.search}
          placeholder="Name or id"
          aria-label="Filter by name or id"
          leftSection={<IconSearch size={14} />}
          value={values.text}
          onChange={(text) => change({ text }, "replace")}
          main
        />
      </FilterBar>
      <Panel flush>
        <Part read={read} rows={6}>
          {(page) => (
            <AgentTable agents={page.items} narrowed={filter !== "running" || Object.values(values).some(Boolean)} />
          )}
        </Part>
      </Panel>
      <Pager after={after} next={read.data?.nextCursor ?? null} go={setAfter} />
    </>
  );
}
