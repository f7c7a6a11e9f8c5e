import { type Versions, versionGap } from "../../lib/host-words.ts";
import type { Host } from "../../lib/types.ts";
import { Facts } from "../parts/Facts.tsx";
import { Lamp } from "../parts/Lamp.tsx";
import layout from "../parts/Layout.module.css";
import { Panel } from "../parts/Panel.tsx";
import { Time } from "../parts/Time.tsx";
import { HostProviders } from "./HostProviders.tsx";
import classes from "./Hosts.module.css";

function UnknownSessions({ sessions }: { sessions: Host["unknownSessions"] }) {
  return (
    <ul className={classes.providers}>
      {sessions.map((session) => (
        <li key={session.sessionName}>
          <Lamp tone="amber" shape="dash" /> <code>{session.sessionName}</code>{" "}
          {session.startedAt ? <Time at={session.startedAt} /> : null}
        </li>
      ))}
    </ul>
  );
}

/** All that a host said of itself when it registered (HST-01). */
export function HostFacts({ host, relay }: { host: Host; relay: Versions }) {
  const gap = versionGap(host, relay);
  const { supervisor } = host;
  return (
    <div className={layout.column}>
      <Panel title="Providers">
        <HostProviders providers={host.providers} />
      </Panel>
      <Panel title="Machine">
        <Facts
          facts={[
            ["Name", host.hostname],
            ["Platform", host.platform],
            ["Address", host.address],
            ["Base", <code key="base">{host.baseDir}</code>],
            ["Labels", host.labels.join(", ")],
            ["Version", gap ? `${host.version}; ${gap}` : host.version],
            ["Protocol", host.protocolVersion],
            ["Started by", supervisor ? [supervisor.kind, supervisor.unit].filter(Boolean).join(" · ") : null],
            ["Registered", <Time key="registered" at={host.registeredAt} />],
            ["Last contact", <Time key="seen" at={host.lastSeenAt} />],
            ["Boot", <code key="boot">{host.bootId.slice(0, 8)}</code>],
          ]}
        />
      </Panel>
      {host.unknownSessions.length > 0 ? (
        <Panel title="Sessions of nobody">
          <UnknownSessions sessions={host.unknownSessions} />
        </Panel>
      ) : null}
    </div>
  );
}
