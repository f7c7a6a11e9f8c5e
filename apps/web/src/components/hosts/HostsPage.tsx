"use client";

import { Code } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { reads } from "../../lib/reads.ts";
import { useTRPC } from "../../trpc/context.ts";
import { Empty } from "../parts/Empty.tsx";
import { PageHead } from "../parts/PageHead.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Part } from "../parts/Part.tsx";
import { HostPanel } from "./HostPanel.tsx";
import classes from "./HostsPage.module.css";

/** Load, memory and disk change without an event; they are read again so often, in milliseconds. */
const vitalsEvery = 5_000;

/** What to do when no host is there yet. */
export function NoHosts() {
  return (
    <Empty title="No host has registered">
      A host runs the orchestrator and dials out to this relay. Start one with{" "}
      <Code>npm run orchestrator -- --relay URL --token TOKEN --id NAME --base-dir DIR</Code>.
    </Empty>
  );
}

/** Every host: how it is, what it can run and how full it is (CON-36). */
export function HostsPage() {
  const read = useQuery({ ...reads.hosts(useTRPC()), refetchInterval: vitalsEvery });
  return (
    <>
      <PageHead title="Hosts" />
      <Part read={read} rows={6}>
        {({ items }) =>
          items.length === 0 ? (
            <Panel>
              <NoHosts />
            </Panel>
          ) : (
            <div className={classes.hosts}>
              {items.map((host) => (
                <HostPanel key={host.id} host={host} />
              ))}
            </div>
          )
        }
      </Part>
    </>
  );
}
