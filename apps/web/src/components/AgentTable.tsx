"use client";

import { Table, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import type { AgentCard } from "../lib/types.ts";
import { agentSignals, reasonInWords, signalOf } from "../lib/words.ts";
import { ActButton } from "./ActButton.tsx";
import classes from "./AgentTable.module.css";
import { Empty } from "./Empty.tsx";
import { State } from "./Lamp.tsx";
import { AgentLink, HostLink, WorkspaceLink } from "./Links.tsx";
import { useNewAgent } from "./NewAgent.tsx";
import { Time } from "./Time.tsx";

interface Props {
  agents: readonly AgentCard[];
  /** A filter is set, so an empty list does not mean that there are no agents. */
  narrowed: boolean;
}

/** Agents with state, reason and since when, where they run and in which workspace (CON-18). */
export function AgentTable({ agents, narrowed }: Props) {
  const { open } = useNewAgent();
  if (agents.length === 0) {
    return narrowed ? (
      <Empty title="No agent matches">Choose another state or change the text.</Empty>
    ) : (
      <Empty
        title="No agent is running"
        action={
          <ActButton needs="command:spawn" leftSection={<IconPlus size={14} />} onClick={open}>
            New agent
          </ActButton>
        }
      >
        An agent is a program on one of your hosts: a coding agent, or a script in a git worktree of its own.
      </Empty>
    );
  }
  return (
    <Table highlightOnHover className={classes.table}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Agent</Table.Th>
          <Table.Th visibleFrom="xs">State</Table.Th>
          <Table.Th visibleFrom="md">Provider</Table.Th>
          <Table.Th visibleFrom="sm">Host</Table.Th>
          <Table.Th visibleFrom="md">Workspace</Table.Th>
          <Table.Th visibleFrom="lg">Parent</Table.Th>
          <Table.Th ta="right" visibleFrom="sm">
            Last active
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {agents.map((agent) => (
          <Row key={agent.id} agent={agent} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Row({ agent }: { agent: AgentCard }) {
  const signal = signalOf(agentSignals, agent.status);
  const reason = reasonInWords(agent.statusReason);
  const since = (
    <Text size="xs" c="dimmed" component="div" className={classes.reason}>
      {reason ? `${reason} · ` : null}
      <Time at={agent.statusSince} />
    </Text>
  );
  return (
    <Table.Tr>
      <Table.Td className={classes.name}>
        <AgentLink id={agent.id} name={agent.name} row />
        {agent.label ? (
          <Text size="xs" c="dimmed" ff="monospace">
            {agent.id}
          </Text>
        ) : null}
        <Text component="div" size="sm" hiddenFrom="xs" mt={4}>
          <State signal={signal} />
          {since}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="xs">
        <State signal={signal} />
        {since}
      </Table.Td>
      <Table.Td visibleFrom="md">
        {agent.provider}
        <Text size="xs" c="dimmed">
          {agent.meta.model ?? agent.meta.approvalMode}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">{agent.orchestratorId ? <HostLink id={agent.orchestratorId} /> : "–"}</Table.Td>
      <Table.Td visibleFrom="md">
        {agent.workspaceId ? <WorkspaceLink id={agent.workspaceId} name={agent.workspaceId.slice(-8)} /> : "–"}
        <Text size="xs" c="dimmed">
          {agent.meta.workspaceMode}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="lg">
        {agent.spawnedBy ? <AgentLink id={agent.spawnedBy} /> : <Text size="sm" c="dimmed">{agent.onBehalfOf}</Text>}
      </Table.Td>
      <Table.Td ta="right" visibleFrom="sm">
        <Time at={agent.lastActiveAt} />
      </Table.Td>
    </Table.Tr>
  );
}
