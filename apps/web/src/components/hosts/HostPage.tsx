"use client";

import { Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Versions } from "../../lib/host-words.ts";
import { isUnknown } from "../../lib/problem.ts";
import { reads } from "../../lib/reads.ts";
import { useAddress } from "../../lib/use-address.ts";
import { useTRPC } from "../../trpc/context.ts";
import { LogView } from "../logs/LogView.tsx";
import layout from "../parts/Layout.module.css";
import { Needs } from "../parts/Needs.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Part } from "../parts/Part.tsx";
import { UnknownThing } from "../parts/UnknownThing.tsx";
import { HostActivity } from "./HostActivity.tsx";
import { HostAgents } from "./HostAgents.tsx";
import { HostCommands } from "./HostCommands.tsx";
import { HostFacts } from "./HostFacts.tsx";
import { HostHead } from "./HostHead.tsx";
import { HostMeters } from "./HostMeters.tsx";

/** Load, memory and disk change without an event; they are read again so often, in milliseconds. */
const vitalsEvery = 5_000;

/** One host: how it is, what is on it, what it was told and what can be done with it (CON-36, CON-39). */
export function HostPage({ hostId, relay }: { hostId: string; relay: Versions }) {
  const read = useQuery({ ...reads.host(useTRPC(), hostId), refetchInterval: vitalsEvery });
  const [tab, setTab] = useAddress("tab", "agents");
  if (isUnknown(read.error)) return <UnknownThing what="host" list="/hosts" listName="All hosts" />;
  return (
    <Part read={read} rows={8}>
      {(host) => (
        <>
          <HostHead host={host} />
          <div className={layout.columns}>
            <div className={layout.column}>
              <Panel>
                <HostMeters host={host} />
              </Panel>
              <Tabs
                value={tab}
                onChange={(value) => setTab(value ?? "agents")}
                keepMounted={false}
                className={layout.tabs}
              >
                <Tabs.List mb="sm">
                  <Tabs.Tab value="agents">Agents</Tabs.Tab>
                  <Tabs.Tab value="commands">Commands</Tabs.Tab>
                  <Tabs.Tab value="activity">Activity</Tabs.Tab>
                  <Tabs.Tab value="logs">Log</Tabs.Tab>
                </Tabs.List>
                <Tabs.Panel value="agents">
                  <HostAgents hostId={host.id} />
                </Tabs.Panel>
                <Tabs.Panel value="commands">
                  <Needs scope="command:read" what="commands">
                    <HostCommands hostId={host.id} />
                  </Needs>
                </Tabs.Panel>
                <Tabs.Panel value="activity">
                  <Needs scope="activity:read" what="the activity">
                    <HostActivity hostId={host.id} />
                  </Needs>
                </Tabs.Panel>
                <Tabs.Panel value="logs">
                  <LogView orchestratorId={host.id} />
                </Tabs.Panel>
              </Tabs>
            </div>
            <HostFacts host={host} relay={relay} />
          </div>
        </>
      )}
    </Part>
  );
}
