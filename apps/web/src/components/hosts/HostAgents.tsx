"use client";

import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { reads } from "../../lib/reads.ts";
import { useAddress } from "../../lib/use-address.ts";
import { useTRPC } from "../../trpc/context.ts";
import { AgentTable } from "../agents/AgentTable.tsx";
import { Empty } from "../parts/Empty.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Part } from "../parts/Part.tsx";
import classes from "../parts/Toolbar.module.css";

const choices = [
  { value: "live", label: "Running" },
  { value: "ended", label: "Ended" },
];

/** Agents of one host. */
export function HostAgents({ hostId }: { hostId: string }) {
  const [state, setState] = useAddress("state", "live");
  const which = state === "ended" ? "ended" : "live";
  const read = useQuery(reads.agentsOn(useTRPC(), hostId, which));
  return (
    <>
      <div className={classes.toolbar}>
        <SegmentedControl size="xs" data={choices} value={which} aria-label="State" onChange={setState} />
      </div>
      <Panel flush>
        <Part read={read} rows={4}>
          {({ items }) =>
            items.length > 0 ? (
              <AgentTable agents={items} narrowed />
            ) : (
              <Empty title={which === "live" ? "No agent runs here" : "No agent has ended here"}>
                Agents that are started on this host appear here.
              </Empty>
            )
          }
        </Part>
      </Panel>
    </>
  );
}
