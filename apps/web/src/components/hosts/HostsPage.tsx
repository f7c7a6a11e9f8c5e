"use client";

import { SegmentedControl } from "@mantine/core";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { hostFilters, narrowed, type Versions } from "../../lib/host-words.ts";
import { filterNamed, reads } from "../../lib/reads.ts";
import { useAddress } from "../../lib/use-address.ts";
import { useDialog } from "../../lib/use-dialog.ts";
import { useTRPC } from "../../trpc/context.ts";
import { TextFilter } from "../filters/TextFilter.tsx";
import { ActButton } from "../parts/ActButton.tsx";
import { Empty } from "../parts/Empty.tsx";
import { PageHead } from "../parts/PageHead.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Part } from "../parts/Part.tsx";
import classes from "../parts/Toolbar.module.css";
import { HostTable } from "./HostTable.tsx";
import { NoHosts } from "./NoHosts.tsx";

const AddHostDialog = dynamic(() => import("./AddHostDialog.tsx").then((module) => module.AddHostDialog), {
  ssr: false,
});

/** Load, memory and disk change without an event; they are read again so often, in milliseconds. */
const vitalsEvery = 5_000;

const choices = Object.entries(hostFilters).map(([value, label]) => ({ value, label }));

/** Every host: how it is, what it can run and how full it is (CON-36). */
export function HostsPage({ relay }: { relay: Versions }) {
  const [state, setState] = useAddress("state", "all");
  const [text, setText] = useAddress("text");
  const { opened, open, close } = useDialog("add-host");
  const filter = filterNamed(hostFilters, state, "all");
  const read = useQuery({ ...reads.hosts(useTRPC()), refetchInterval: vitalsEvery });
  return (
    <>
      <PageHead title="Hosts">
        <ActButton needs="token:write" leftSection={<IconPlus size={14} />} onClick={open}>
          Add host
        </ActButton>
      </PageHead>
      <div className={classes.toolbar}>
        <SegmentedControl size="xs" data={choices} value={filter} aria-label="State" onChange={setState} />
        <TextFilter
          className={classes.search}
          placeholder="Name, label or directory"
          aria-label="Filter by name, label or directory"
          leftSection={<IconSearch size={14} />}
          value={text}
          onChange={(next) => setText(next, "replace")}
          main
        />
      </div>
      <Panel flush>
        <Part read={read} rows={6}>
          {({ items }) => {
            const hosts = narrowed(items, filter, text);
            if (items.length === 0) return <NoHosts />;
            if (hosts.length === 0) return <Empty title="No host matches">Choose another state or text.</Empty>;
            return <HostTable hosts={hosts} relay={relay} />;
          }}
        </Part>
      </Panel>
      {opened ? <AddHostDialog onClose={close} /> : null}
    </>
  );
}
