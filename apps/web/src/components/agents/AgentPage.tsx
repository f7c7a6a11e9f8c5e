"use client";

import { Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { isUnknown } from "../../lib/problem.ts";
import { reads } from "../../lib/reads.ts";
import { useAddress } from "../../lib/use-address.ts";
import { useTRPC } from "../../trpc/context.ts";
import { LogView } from "../logs/LogView.tsx";
import layout from "../parts/Layout.module.css";
import { Part } from "../parts/Part.tsx";
import { UnknownThing } from "../parts/UnknownThing.tsx";
import { TerminalTab } from "../terminal/TerminalTab.tsx";
import { AgentCardFacts } from "./AgentCardFacts.tsx";
import { AgentHead } from "./AgentHead.tsx";
import { AgentMessages } from "./AgentMessages.tsx";
import { AgentTimeline } from "./AgentTimeline.tsx";
import { AgentWorkspace } from "./AgentWorkspace.tsx";

/** One agent: who it is, and its terminal, log, timeline or workspace (CON-20, CON-21). */
export function AgentPage({ agentId }: { agentId: string }) {
  const read = useQuery(reads.agent(useTRPC(), agentId));
  const [tab, setTab] = useAddress("tab", "terminal");
  if (isUnknown(read.error)) return <UnknownThing what="agent" list="/agents?state=all" listName="All agents" />;
  return (
    <Part read={read} rows={8}>
      {(agent) => (
        <>
          <AgentHead agent={agent} />
          <div className={layout.columns}>
            <Tabs
              value={tab}
              onChange={(value) => setTab(value ?? "terminal")}
              keepMounted={false}
              className={layout.tabs}
            >
              <Tabs.List mb="sm">
                <Tabs.Tab value="terminal">Terminal</Tabs.Tab>
                <Tabs.Tab value="logs">Logs</Tabs.Tab>
                <Tabs.Tab value="timeline">Timeline</Tabs.Tab>
                <Tabs.Tab value="messages">Messages</Tabs.Tab>
                <Tabs.Tab value="workspace">Workspace</Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel value="terminal">
                <TerminalTab agent={agent} />
              </Tabs.Panel>
              <Tabs.Panel value="logs">
                <LogView agentId={agent.id} />
              </Tabs.Panel>
              <Tabs.Panel value="timeline">
                <AgentTimeline agentId={agent.id} />
              </Tabs.Panel>
              <Tabs.Panel value="messages">
                <AgentMessages agentId={agent.id} />
              </Tabs.Panel>
              <Tabs.Panel value="workspace">
                <AgentWorkspace workspaceId={agent.workspaceId} />
              </Tabs.Panel>
            </Tabs>
            <AgentCardFacts agent={agent} />
          </div>
        </>
      )}
    </Part>
  );
}
