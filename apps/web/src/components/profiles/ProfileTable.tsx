"use client";

import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import { grantInShort } from "../../lib/scope-words.ts";
import type { AgentProfile } from "../../lib/types.ts";
import { Empty } from "../parts/Empty.tsx";
import { ProfileLink } from "../parts/Links.tsx";
import classes from "../parts/Table.module.css";
import { type Column, Table } from "../parts/Table.tsx";
import { Time } from "../parts/Time.tsx";

const columns: readonly Column[] = [
  { label: "Profile" },
  { label: "Program", from: "sm" },
  { label: "Grants besides the usual", from: "xs" },
  { label: "Live agents", from: "md", right: true },
  { label: "Version", from: "lg", right: true },
  { label: "Changed", from: "sm", right: true },
];

interface Props {
  profiles: readonly AgentProfile[];
  /** How to make the first one. */
  action: ReactNode;
}

/** Profiles by name: what each is for, what it runs, what it grants, who changed it last. */
export function ProfileTable({ profiles, action }: Props) {
  if (profiles.length === 0) {
    return (
      <Empty title="There is no profile yet" action={action}>
        A profile is a named bundle: instructions, program, environment, MCP servers and rights. Agents are started with
        one by its name.
      </Empty>
    );
  }
  return (
    <Table columns={columns}>
      {profiles.map((profile) => (
        <Row key={profile.name} profile={profile} />
      ))}
    </Table>
  );
}

function Row({ profile }: { profile: AgentProfile }) {
  const grant = grantInShort(profile);
  const program = [profile.model, profile.effort, profile.approvalMode].filter(Boolean).join(" · ");
  return (
    <tr>
      <td className={classes.name}>
        <ProfileLink name={profile.name} row />
        {profile.description ? (
          <Text size="xs" c="dimmed" lineClamp={2} maw={460}>
            {profile.description}
          </Text>
        ) : null}
        <Text size="xs" c="dimmed" component="div" hiddenFrom="xs" mt={4}>
          Grants {grant} · version {profile.version} · <Time at={profile.updatedAt} />
        </Text>
      </td>
      <td data-from="sm">
        {profile.provider ?? "any"}
        <Text size="xs" c="dimmed">
          {program}
        </Text>
      </td>
      <td data-from="xs">
        {grant === "nothing more" ? (
          <Text size="sm" c="dimmed">
            {grant}
          </Text>
        ) : (
          grant
        )}
      </td>
      <td data-from="md" data-right>
        {profile.liveAgents}
      </td>
      <td data-from="lg" data-right>
        {profile.version}
      </td>
      <td data-from="sm" data-right>
        <Time at={profile.updatedAt} />
        <Text size="xs" c="dimmed">
          {profile.updatedBy}
        </Text>
      </td>
    </tr>
  );
}
