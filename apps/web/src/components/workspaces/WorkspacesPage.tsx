"use client";

import { SegmentedControl, Tabs } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { filterNamed, reads, workspaceFilters } from "../../lib/reads.ts";
import { useAddress } from "../../lib/use-address.ts";
import { useTRPC } from "../../trpc/context.ts";
import { PageHead } from "../parts/PageHead.tsx";
import { Pager } from "../parts/Pager.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Part } from "../parts/Part.tsx";
import classes from "../parts/Toolbar.module.css";
import { LandingQueues } from "./LandingQueues.tsx";
import { WorkspaceTable } from "./WorkspaceTable.tsx";

const choices = [
  { value: "open", label: "Open" },
  { value: "over", label: "Over" },
  { value: "all", label: "All" },
];

/** Workspaces, and the queue in which they land (CON-28, CON-33). */
export function WorkspacesPage() {
  const [tab, setTab] = useAddress("tab", "list");
  const [state, setState] = useAddress("state", "open");
  const [after, setAfter] = useAddress("after");
  const filter = filterNamed(workspaceFilters, state, "open");
  const trpc = useTRPC();
  const read = useQuery({ ...reads.workspaces(trpc, filter, after), placeholderData: keepPreviousData });
  const queued = useQuery(reads.queues(trpc)).data?.queues.reduce((sum, { entries }) => sum + entries.length, 0) ?? 0;
  return (
    <>
      <PageHead title="Workspaces" />
      <Tabs value={tab} onChange={(value) => setTab(value ?? "list")} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="list">Workspaces</Tabs.Tab>
          <Tabs.Tab value="queue">Landing queue{queued > 0 ? ` (${queued})` : ""}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="list">
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
          </div>
          <Panel flush>
            <Part read={read} rows={6}>
              {({ workspaces }) => <WorkspaceTable workspaces={workspaces} narrowed={filter !== "open"} />}
            </Part>
          </Panel>
          <Pager after={after} next={read.data?.nextCursor ?? null} go={setAfter} />
        </Tabs.Panel>
        <Tabs.Panel value="queue">
          <LandingQueues />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
