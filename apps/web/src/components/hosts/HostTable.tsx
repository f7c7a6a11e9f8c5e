"use client";

import { Progress, Text } from "@mantine/core";
import { bytes } from "../../lib/bytes.ts";
import { hostReason, hostSignal, type Versions, versionGap } from "../../lib/host-words.ts";
import type { Host } from "../../lib/types.ts";
import { State } from "../parts/Lamp.tsx";
import { HostLink } from "../parts/Links.tsx";
import { useNow } from "../parts/Now.tsx";
import table from "../parts/Table.module.css";
import { type Column, Table } from "../parts/Table.tsx";
import { Time } from "../parts/Time.tsx";
import { ProviderLamps } from "./HostProviders.tsx";
import classes from "./Hosts.module.css";

const columns: readonly Column[] = [
  { label: "Host" },
  { label: "State", from: "xs" },
  { label: "Sessions" },
  { label: "Load", from: "lg", right: true },
  { label: "Memory free", from: "lg", right: true },
  { label: "Disk free", from: "md", right: true },
  { label: "Providers", from: "sm" },
  { label: "Version", from: "lg" },
];

/** One line a host: how it is, how full, what it can run (CON-36). */
export function HostTable({ hosts, relay }: { hosts: readonly Host[]; relay: Versions }) {
  return (
    <Table columns={columns}>
      {hosts.map((host) => (
        <Row key={host.id} host={host} relay={relay} />
      ))}
    </Table>
  );
}

function HostState({ host }: { host: Host }) {
  const reason = hostReason(host, useNow());
  const since = host.state === "online" && host.draining ? host.draining.since : host.stateSince;
  return (
    <>
      <State signal={hostSignal(host)} />
      <Text size="xs" c="dimmed" component="div" className={table.reason}>
        {reason ? `${reason} · ` : null}
        <Time at={since} />
      </Text>
    </>
  );
}

function Row({ host, relay }: { host: Host; relay: Versions }) {
  const { vitals } = host;
  const part = host.liveSessions / host.maxSessions;
  return (
    <tr>
      <td className={table.name}>
        <HostLink id={host.id} row />
        <Text size="xs" c="dimmed">
          {[host.hostname === host.id ? null : host.hostname, ...host.labels].filter(Boolean).join(" · ")}
        </Text>
        <Text component="div" size="sm" hiddenFrom="xs" mt={4}>
          <HostState host={host} />
        </Text>
      </td>
      <td data-from="xs">
        <HostState host={host} />
        {host.unknownSessions.length > 0 ? (
          <Text size="xs" c="dimmed" className={table.reason}>
            {host.unknownSessions.length} sessions of nobody
          </Text>
        ) : null}
      </td>
      <td>
        <div className={classes.room}>
          {host.liveSessions} / {host.maxSessions}
          <Progress
            size={4}
            value={Math.min(100, 100 * part)}
            color={part >= 1 ? "var(--sb-amber-lamp)" : "var(--sb-blue-lamp)"}
            aria-label={`${host.liveSessions} of ${host.maxSessions} sessions on ${host.id}`}
          />
        </div>
      </td>
      <td data-from="lg" data-right className={classes.numbers}>
        {vitals ? vitals.load.toFixed(2) : "–"}
      </td>
      <td data-from="lg" data-right className={classes.numbers}>
        {vitals ? bytes(vitals.memoryFreeBytes) : "–"}
      </td>
      <td data-from="md" data-right className={classes.numbers}>
        {vitals?.diskFreeBytes ? bytes(vitals.diskFreeBytes) : "–"}
      </td>
      <td data-from="sm">
        <ProviderLamps providers={host.providers} />
      </td>
      <td data-from="lg">
        {host.version}
        <Text size="xs" c="dimmed">
          {versionGap(host, relay)}
        </Text>
      </td>
    </tr>
  );
}
