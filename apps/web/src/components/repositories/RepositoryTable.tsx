"use client";

import { Text } from "@mantine/core";
import type { Repository } from "../../lib/types.ts";
import { lastPart } from "../../lib/words.ts";
import { Empty } from "../parts/Empty.tsx";
import { HostLink, RepositoryLink } from "../parts/Links.tsx";
import classes from "../parts/Table.module.css";
import { type Column, Table } from "../parts/Table.tsx";

const columns: readonly Column[] = [
  { label: "Repository" },
  { label: "Checks" },
  { label: "Base branch", from: "sm" },
  { label: "Open workspaces", from: "md", right: true },
  { label: "Host", from: "md" },
];

/** Repositories by host and path: what their changes must pass. */
export function RepositoryTable({ repositories }: { repositories: readonly Repository[] }) {
  if (repositories.length === 0) {
    return (
      <Empty title="There is no repository yet">
        A repository appears here with the first agent that works in one of its worktrees.
      </Empty>
    );
  }
  return (
    <Table columns={columns}>
      {repositories.map(({ repository, repoRoot, checks, baseBranch, openWorkspaces, orchestratorId, ...more }) => (
        <tr key={repository}>
          <td className={classes.name}>
            <RepositoryLink id={repository} name={lastPart(repoRoot)} row />
            <Text size="xs" c="dimmed" component="div" ff="monospace">
              {repoRoot}
            </Text>
          </td>
          <td>
            {checks.length === 0 ? "none" : checks.map(({ name }) => name).join(", ")}
            {more.protected ? (
              <Text size="xs" c="dimmed">
                protected
              </Text>
            ) : null}
          </td>
          <td data-from="sm">{baseBranch ?? "found by the host"}</td>
          <td data-from="md" data-right>
            {openWorkspaces}
          </td>
          <td data-from="md">
            <HostLink id={orchestratorId} />
          </td>
        </tr>
      ))}
    </Table>
  );
}
