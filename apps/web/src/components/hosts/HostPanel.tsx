"use client";

import { Progress, Text } from "@mantine/core";
import { bytes } from "../../lib/bytes.ts";
import type { Host } from "../../lib/types.ts";
import { hostSignals, signalOf } from "../../lib/words.ts";
import { Facts } from "../parts/Facts.tsx";
import { Lamp, State } from "../parts/Lamp.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Time } from "../parts/Time.tsx";
import classes from "./HostsPage.module.css";

interface MeterProps {
  label: string;
  value: string;
  about?: string;
  /** From 0 to 1; none, no bar. */
  part?: number;
}

function Meter({ label, value, about, part }: MeterProps) {
  return (
    <div className={classes.meter}>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <span className={classes.value}>{value}</span>
      {part === undefined ? null : (
        <Progress
          size={4}
          value={Math.min(100, 100 * part)}
          color={part >= 0.9 ? "var(--sb-amber-lamp)" : "var(--sb-blue-lamp)"}
          aria-label={label}
        />
      )}
      {about ? (
        <Text size="xs" c="dimmed">
          {about}
        </Text>
      ) : null}
    </div>
  );
}

/** One host: state and since when, room and load, what it can run or why not, sessions that nobody claims. */
export function HostPanel({ host }: { host: Host }) {
  const { vitals } = host;
  const used = vitals ? vitals.memoryTotalBytes - vitals.memoryFreeBytes : 0;
  return (
    <div id={host.id}>
      <Panel title={host.id} aside={<span>{host.version}</span>}>
        <div className={classes.top}>
          <State signal={signalOf(hostSignals, host.state)} />
          <Text size="xs" c="dimmed" component="span">
            changed <Time at={host.stateSince} />
            {host.state === "online" ? null : (
              <>
                {" "}
                · last contact <Time at={host.lastSeenAt} />
              </>
            )}
          </Text>
          {host.draining ? <State signal={{ word: "Draining", tone: "amber", shape: "dash" }} /> : null}
        </div>
        <div className={classes.meters}>
          <Meter
            label="Sessions"
            value={`${host.liveSessions} / ${host.maxSessions}`}
            part={host.liveSessions / host.maxSessions}
            about={`${Math.max(0, host.maxSessions - host.liveSessions)} free`}
          />
          <Meter label="Load" value={vitals ? vitals.load.toFixed(2) : "–"} about="average of a minute" />
          <Meter
            label="Memory"
            value={vitals ? bytes(used) : "–"}
            part={vitals ? used / vitals.memoryTotalBytes : undefined}
            about={vitals ? `of ${bytes(vitals.memoryTotalBytes)}` : undefined}
          />
          <Meter label="Disk free" value={vitals?.diskFreeBytes ? bytes(vitals.diskFreeBytes) : "–"} />
        </div>
        <Facts
          facts={[
            [
              "Providers",
              <ul key="providers" className={classes.providers}>
                {host.providers.map((offer) => (
                  <li key={offer.provider} className={classes.provider}>
                    <State
                      signal={
                        offer.available
                          ? { word: offer.provider, tone: "green", shape: "check" }
                          : { word: offer.provider, tone: "grey", shape: "cross" }
                      }
                    />
                    <Text size="xs" c="dimmed" component="span">
                      {offer.available ? offer.version : (offer.reason ?? "not available")}
                    </Text>
                  </li>
                ))}
              </ul>,
            ],
            ["Base", <code key="base">{host.baseDir}</code>],
            ["Machine", `${host.hostname} · ${host.platform}`],
            ["Labels", host.labels.join(", ")],
            ["Address", host.address],
            ["Registered", <Time key="registered" at={host.registeredAt} />],
            [
              "Unknown",
              host.unknownSessions.length > 0 ? (
                <ul key="unknown" className={classes.providers}>
                  {host.unknownSessions.map((session) => (
                    <li key={session.sessionName} className={classes.provider}>
                      <Lamp tone="amber" shape="dash" />
                      <code>{session.sessionName}</code>
                      {session.startedAt ? <Time at={session.startedAt} /> : null}
                    </li>
                  ))}
                </ul>
              ) : null,
            ],
          ]}
        />
      </Panel>
    </div>
  );
}
