"use client";

import { Group, Table, Text, Tooltip } from "@mantine/core";
import type { WorkspaceRow } from "../lib/types.ts";
import { lastPart, signalOf, workspaceSignals } from "../lib/words.ts";
import classes from "./AgentTable.module.css";
import { Empty } from "./Empty.tsx";
import { StateBadge } from "./Lamp.tsx";
import { LandingNote } from "./LandingNote.tsx";
import { AgentLink, HostLink, WorkspaceLink } from "./Links.tsx";
import { Time } from "./Time.tsx";

/** Commits before and behind base, and files that are not committed. */
export function Drift({ ahead, behind, dirtyFiles }: Pick<WorkspaceRow, "ahead" | "behind" | "dirtyFiles">) {
  return (
    <Tooltip label={`${ahead} ahead of base, ${behind} behind, ${dirtyFiles} files not committed`}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the meaning must be reachable by keyboard */}
      <span tabIndex={0} style={{ whiteSpace: "nowrap", fontVariantNumeric: "tabular-nums" }}>
        ↑{ahead} ↓{behind}
        {dirtyFiles > 0 ? <span style={{ color: "var(--sb-amber)" }}> ±{dirtyFiles}</span> : null}
      </span>
    </Tooltip>
  );
}

/** Workspaces with status, branch, owner, drift and what comes next (CON-28). */
export function WorkspaceTable({ workspaces, narrowed }: { workspaces: readonly WorkspaceRow[]; narrowed: boolean }) {
  if (workspaces.length === 0) {
    return narrowed ? (
      <Empty title="No workspace matches">Choose another state.</Empty>
    ) : (
      <Empty title="No open workspace">
        An agent that is started with an isolated workspace gets a git worktree on a branch of its own. It appears here until
        its work has landed.
      </Empty>
    );
  }
  return (
    <Table highlightOnHover className={classes.table}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Branch</Table.Th>
          <Table.Th visibleFrom="xs">Status</Table.Th>
          <Table.Th visibleFrom="sm">Owner</Table.Th>
          <Table.Th visibleFrom="md">Drift</Table.Th>
          <Table.Th visibleFrom="md">Next</Table.Th>
          <Table.Th visibleFrom="lg">Host</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {workspaces.map((workspace) => (
          <Row key={workspace.id} workspace={workspace} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Row({ workspace }: { workspace: WorkspaceRow }) {
  const status = (
    <Group gap={6}>
      <StateBadge signal={signalOf(workspaceSignals, workspace.status)} />
      {workspace.place !== null ? (
        <Text size="xs" c="dimmed">
          place {workspace.place}
        </Text>
      ) : null}
      <LandingNote metadata={workspace.metadata} />
    </Group>
  );
  return (
    <Table.Tr>
      <Table.Td className={classes.name}>
        <WorkspaceLink id={workspace.id} name={workspace.branch ?? lastPart(workspace.worktreePath ?? workspace.repoRoot)} row />
        <Text size="xs" c="dimmed" component="div">
          {lastPart(workspace.repoRoot)}
          {workspace.baseBranch ? ` · onto ${workspace.baseBranch}` : ` · ${workspace.mode}`} · <Time at={workspace.updatedAt} />
        </Text>
        <Text component="div" size="sm" hiddenFrom="xs" mt={6}>
          {status}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="xs">{status}</Table.Td>
      <Table.Td visibleFrom="sm">{workspace.ownerAgentId ? <AgentLink id={workspace.ownerAgentId} /> : "–"}</Table.Td>
      <Table.Td visibleFrom="md">{workspace.mode === "isolated" ? <Drift {...workspace} /> : "–"}</Table.Td>
      <Table.Td visibleFrom="md" maw={320}>
        <Text size="sm" c={workspace.guidance.actionNeeded ? undefined : "dimmed"} lineClamp={2}>
          {workspace.guidance.nextStep}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="lg">
        <HostLink id={workspace.orchestratorId} />
      </Table.Td>
    </Table.Tr>
  );
}
