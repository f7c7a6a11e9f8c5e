"use client";

import { Group } from "@mantine/core";
import { hostReason, hostSignal } from "../../lib/host-words.ts";
import type { Host } from "../../lib/types.ts";
import { StateBadge } from "../parts/Lamp.tsx";
import layout from "../parts/Layout.module.css";
import { ActorLink } from "../parts/Links.tsx";
import { useNow } from "../parts/Now.tsx";
import { PageHead } from "../parts/PageHead.tsx";
import { Time } from "../parts/Time.tsx";
import { HostActs } from "./HostActs.tsx";

/** Name, state with reason and since when, and what can be done with the host (CON-36, CON-39). */
export function HostHead({ host }: { host: Host }) {
  const { draining } = host;
  const reason = hostReason(host, useNow());
  return (
    <PageHead
      title={host.id}
      about={
        <>
          <Group gap={10} mt={6}>
            <StateBadge signal={hostSignal(host)} />
            <span>
              {reason ? `${reason} · ` : null}
              <Time at={host.state === "online" && draining ? draining.since : host.stateSince} />
            </span>
          </Group>
          <div className={layout.line}>
            {host.hostname === host.id ? null : <span>{host.hostname}</span>}
            <span>{host.platform}</span>
            {draining ? (
              <span>
                drained by <ActorLink name={draining.by} />
              </span>
            ) : null}
          </div>
        </>
      }
    >
      <HostActs host={host} />
    </PageHead>
  );
}
