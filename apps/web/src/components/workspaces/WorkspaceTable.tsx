"use client";

import { Group, Text } from "@mantine/core";
import type { WorkspaceRow } from "../../lib/types.ts";
import { lastPart, signalOf, workspaceSignals } from "../../lib/words.ts";
import { forPeople } from "../../lib/workspace-words.ts";
import { Empty } from "../parts/Empty.tsx";
import { StateBadge } from "../parts/Lamp.tsx";
import { AgentLink, HostLink, WorkspaceLink } from "../parts/Links.tsx";
import classes from "../parts/Table.module.css";
import { type Column, Table } from "../parts/Table.tsx";
import { Time } from "../parts/Time.tsx";
import { Drift } from "./Drift.tsx";
import { LandingNote } from "./LandingNote.tsx";

const columns: readonly Column[] = [
  { label: "Branch" },
  { label: "Status", from: "xs" },
  { label: "Owner", from: "sm" },
  { label: "Drift", from: "md" },
  { label: "Meaning", from: "md" },
  { label: "Host", from: "lg" },
];

/** Workspaces with status, branch, owner, drift and what comes next (CON-28). */
export function WorkspaceTable({ workspaces, narrowed }: { workspaces: readonly WorkspaceRow[]; narrowed: boolean }) {
  if (workspaces.length === 0) {
    return narrowed ? (
      <Empty title="No workspace matches">Choose another state.</Empty>
    ) : (
      <Empty title="No open workspace">
        An agent that is started with an isolated workspace gets a git worktree on a branch of its own. It appears here
        until its work has landed.
      </Empty>
    );
  }
  return (
    <Table columns={columns}>
      {workspaces.map((workspace) => (
        <Row key={workspace.id} workspace={workspace} />
      ))}
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
    <tr>
      <td className={classes.name}>
        <WorkspaceLink
          id={workspace.id}
          name={workspace.branch ?? lastPart(workspace.worktreePath ?? workspace.repoRoot)}
          row
        />
        <Text size="xs" c="dimmed" component="div">
          {lastPart(workspace.repoRoot)}
          {workspace.baseBranch ? ` · onto ${workspace.baseBranch}` : ` · ${workspace.mode}`} ·{" "}
          <Time at={workspace.updatedAt} />
        </Text>
        <Text component="div" size="sm" hiddenFrom="xs" mt={6}>
          {status}
        </Text>
      </td>
      <td data-from="xs">{status}</td>
      <td data-from="sm">{workspace.ownerAgentId ? <AgentLink id={workspace.ownerAgentId} /> : "–"}</td>
      <td data-from="md">{workspace.mode === "isolated" ? <Drift {...workspace} /> : "–"}</td>
      <td data-from="md" className={classes.meaning}>
        <Text size="sm" c={workspace.guidance.actionNeeded ? undefined : "dimmed"} lineClamp={2}>
          {forPeople(workspace)}
        </Text>
      </td>
      <td data-from="lg">
        <HostLink id={workspace.orchestratorId} />
      </td>
    </tr>
  );
}
