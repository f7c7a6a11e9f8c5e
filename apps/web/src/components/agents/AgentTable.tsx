"use client";

import { Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { reads } from "../../lib/reads.ts";
import type { AgentCard } from "../../lib/types.ts";
import { agentSignal, reasonInWords, signalOf, workspaceSignals } from "../../lib/words.ts";
import { useTRPC } from "../../trpc/context.ts";
import { ActButton } from "../parts/ActButton.tsx";
import { Empty } from "../parts/Empty.tsx";
import { State } from "../parts/Lamp.tsx";
import { ActivityLink, AgentLink, HostLink, WorkspaceLink } from "../parts/Links.tsx";
import classes from "../parts/Table.module.css";
import { type Column, Table } from "../parts/Table.tsx";
import { Time } from "../parts/Time.tsx";
import { useNewAgent } from "../spawn/NewAgent.tsx";

const columns: readonly Column[] = [
  { label: "Agent" },
  { label: "State", from: "xs" },
  { label: "Provider", from: "md" },
  { label: "Host", from: "sm" },
  { label: "Workspace", from: "md" },
  { label: "Started by", from: "lg" },
  { label: "Last active", from: "sm", right: true },
];

interface Props {
  agents: readonly AgentCard[];
  /** A filter is set, so an empty list does not mean that there are no agents. */
  narrowed: boolean;
}

/** Agents with state, reason and since when, where they run and in which workspace (CON-18). */
export function AgentTable({ agents, narrowed }: Props) {
  const { open } = useNewAgent();
  const workspaces = useQuery(reads.workspaces(useTRPC(), "open", "")).data?.workspaces;
  const statuses = new Map(workspaces?.map(({ id, status }) => [id, status]));
  if (agents.length === 0) {
    return narrowed ? (
      <Empty title="No agent matches">Choose another state or remove a filter.</Empty>
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
    <Table columns={columns}>
      {agents.map((agent) => (
        <Row key={agent.id} agent={agent} workspace={statuses.get(agent.workspaceId ?? "")} />
      ))}
    </Table>
  );
}

/** `workspace` is the status of its workspace, where that is still open. */
function Row({ agent, workspace }: { agent: AgentCard; workspace: string | undefined }) {
  const signal = agentSignal(agent);
  const reason = reasonInWords(agent.statusReason);
  const since = (
    <Text size="xs" c="dimmed" component="div" className={classes.reason}>
      {reason ? `${reason} · ` : null}
      <Time at={agent.statusSince} />
    </Text>
  );
  return (
    <tr>
      <td className={classes.name}>
        <AgentLink id={agent.id} name={agent.name} row />
        {agent.label ? (
          <Text size="xs" c="dimmed" ff="monospace">
            {agent.id}
          </Text>
        ) : null}
        <Text component="div" size="sm" hiddenFrom="xs" mt={4}>
          <State signal={signal} />
          {since}
          <Text size="xs" c="dimmed" className={classes.reason}>
            {agent.provider} · {agent.orchestratorId ?? "no host"}
          </Text>
        </Text>
      </td>
      <td data-from="xs">
        <State signal={signal} />
        {since}
      </td>
      <td data-from="md">
        {agent.provider}
        <Text size="xs" c="dimmed">
          {agent.meta.model ?? agent.meta.approvalMode}
        </Text>
      </td>
      <td data-from="sm">{agent.orchestratorId ? <HostLink id={agent.orchestratorId} /> : "–"}</td>
      <td data-from="md">
        {agent.workspaceId ? <WorkspaceLink id={agent.workspaceId} name={agent.workspaceId.slice(-8)} /> : "–"}
        <Text size="xs" c="dimmed" component="div">
          {workspace ? <State signal={signalOf(workspaceSignals, workspace)} /> : agent.meta.workspaceMode}
        </Text>
      </td>
      <td data-from="lg">
        {agent.spawnedBy ? <AgentLink id={agent.spawnedBy} /> : <ActivityLink by="root" name={agent.onBehalfOf} />}
        {agent.meta.policyName ? (
          <Text size="xs" c="dimmed">
            policy {agent.meta.policyName}
          </Text>
        ) : null}
      </td>
      <td data-right data-from="sm">
        <Time at={agent.lastActiveAt} />
      </td>
    </tr>
  );
}
