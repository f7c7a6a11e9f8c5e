"use client";

import { SegmentedControl, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { agentFilters, filterNamed, reads } from "../lib/reads.ts";
import { useAddress } from "../lib/use-address.ts";
import { useTRPC } from "../trpc/context.ts";
import { ActButton } from "./ActButton.tsx";
import { AgentTable } from "./AgentTable.tsx";
import { useNewAgent } from "./NewAgent.tsx";
import { PageHead } from "./PageHead.tsx";
import { Pager } from "./Pager.tsx";
import { Panel } from "./Panel.tsx";
import { Part } from "./Part.tsx";
import classes from "./Toolbar.module.css";

const choices = [
  { value: "running", label: "Running" },
  { value: "needs", label: "Needs you" },
  { value: "ended", label: "Ended" },
  { value: "all", label: "All" },
];

/** All agents, narrowed by state and text; both are in the address (CON-18). */
export function AgentsPage() {
  const [state, setState] = useAddress("state", "running");
  const [text, setText] = useAddress("text");
  const [after, setAfter] = useAddress("after");
  const [typed, setTyped] = useState(text);
  const filter = filterNamed(agentFilters, state, "running");
  const read = useQuery({ ...reads.agents(useTRPC(), filter, text, after), placeholderData: keepPreviousData });
  const search = useDebouncedCallback((next: string) => {
    setAfter("", "replace");
    setText(next, "replace");
  }, 150);
  const { open } = useNewAgent();
  return (
    <>
      <PageHead title="Agents">
        <ActButton needs="command:spawn" leftSection={<IconPlus size={14} />} onClick={open} hiddenFrom="sm">
          New agent
        </ActButton>
      </PageHead>
      <div className={classes.toolbar}>
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
        <TextInput
          className={classes.search}
          size="xs"
          placeholder="Name or id"
          aria-label="Filter by name or id"
          leftSection={<IconSearch size={14} />}
          value={typed}
          data-filter
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            search(event.currentTarget.value.trim());
          }}
        />
      </div>
      <Panel flush>
        <Part read={read} rows={6}>
          {(page) => <AgentTable agents={page.items} narrowed={filter !== "running" || text !== ""} />}
        </Part>
      </Panel>
      <Pager after={after} next={read.data?.nextCursor ?? null} go={setAfter} />
    </>
  );
}
