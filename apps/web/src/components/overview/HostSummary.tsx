"use client";

import { Group, Progress, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { hostSignal } from "../../lib/host-words.ts";
import { reads } from "../../lib/reads.ts";
import { useTRPC } from "../../trpc/context.ts";
import { NoHosts } from "../hosts/NoHosts.tsx";
import { State } from "../parts/Lamp.tsx";
import { HostLink } from "../parts/Links.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Part } from "../parts/Part.tsx";
import classes from "./HostSummary.module.css";

/** The hosts, one line each: state and room. */
export function HostSummary() {
  const read = useQuery(reads.hosts(useTRPC()));
  return (
    <Panel title="Hosts" flush>
      <Part read={read}>
        {({ items }) =>
          items.length === 0 ? (
            <NoHosts />
          ) : (
            <ul className={classes.list}>
              {items.map((host) => (
                <li key={host.id} className={classes.row}>
                  <HostLink id={host.id} />
                  <Text size="sm" component="div">
                    <State signal={hostSignal(host)} />
                  </Text>
                  <Group gap={10} wrap="nowrap" justify="flex-end">
                    <Progress
                      value={(100 * host.liveSessions) / host.maxSessions}
                      size={4}
                      w={72}
                      color={host.liveSessions >= host.maxSessions ? "var(--sb-amber-lamp)" : "var(--sb-blue-lamp)"}
                      aria-label={`${host.liveSessions} of ${host.maxSessions} sessions`}
                    />
                    <Text size="xs" c="dimmed" className={classes.room}>
                      {host.liveSessions} / {host.maxSessions}
                    </Text>
                  </Group>
                </li>
              ))}
            </ul>
          )
        }
      </Part>
    </Panel>
  );
}
