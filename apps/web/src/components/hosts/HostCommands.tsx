"use client";

import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { commandName, commandSignal } from "../../lib/host-words.ts";
import { reads } from "../../lib/reads.ts";
import { useTRPC } from "../../trpc/context.ts";
import { Empty } from "../parts/Empty.tsx";
import { State } from "../parts/Lamp.tsx";
import { ActorLink, AgentLink, WorkspaceLink } from "../parts/Links.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Part } from "../parts/Part.tsx";
import { type Column, Table } from "../parts/Table.tsx";
import { Time } from "../parts/Time.tsx";

const columns: readonly Column[] = [
  { label: "Command" },
  { label: "For" },
  { label: "State" },
  { label: "Asked by", from: "md" },
  { label: "When", from: "xs", right: true },
];

/** What the host was told to do lately, newest first, and how it came out. */
export function HostCommands({ hostId }: { hostId: string }) {
  const read = useQuery(reads.commandsOn(useTRPC(), hostId));
  return (
    <Panel flush>
      <Part read={read} rows={4}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="Nothing was asked of it yet">Starts, restarts, shutdowns and landings appear here.</Empty>
          ) : (
            <Table columns={columns}>
              {items.map((command) => (
                <tr key={command.id}>
                  <td>{commandName(command.type)}</td>
                  <td>
                    {command.agentId ? <AgentLink id={command.agentId} /> : null}
                    {!command.agentId && command.workspaceId ? <WorkspaceLink id={command.workspaceId} /> : null}
                  </td>
                  <td>
                    <State signal={commandSignal(command.state)} />
                    {command.error ? (
                      <Text size="xs" c="dimmed" lineClamp={2} style={{ overflowWrap: "anywhere" }}>
                        {command.error.message}
                      </Text>
                    ) : null}
                  </td>
                  <td data-from="md">
                    <ActorLink name={command.requestedBy} />
                  </td>
                  <td data-from="xs" data-right>
                    <Time at={command.createdAt} />
                  </td>
                </tr>
              ))}
            </Table>
          )
        }
      </Part>
    </Panel>
  );
}
