import { Text } from "@mantine/core";
import type { Host } from "../../lib/types.ts";
import { State } from "../parts/Lamp.tsx";
import classes from "./Hosts.module.css";

type Offer = Host["providers"][number];

const signal = ({ provider, available }: Offer) =>
  available
    ? ({ word: provider, tone: "green", shape: "check" } as const)
    : ({ word: provider, tone: "grey", shape: "cross" } as const);

/** What a host can run by name; what it cannot is crossed out. */
export function ProviderLamps({ providers }: { providers: readonly Offer[] }) {
  return (
    <span className={classes.lamps}>
      {providers.map((offer) => (
        <State key={offer.provider} signal={signal(offer)} />
      ))}
    </span>
  );
}

function Said({ about, children }: { about: string; children: React.ReactNode }) {
  return (
    <Text size="xs" c="dimmed" component="div">
      {about}: {children}
    </Text>
  );
}

/** Each program with version, approval modes and models, or why it cannot be run (HST-09, HST-55). */
export function HostProviders({ providers }: { providers: readonly Offer[] }) {
  return (
    <ul className={classes.providers}>
      {providers.map((offer) => (
        <li key={offer.provider}>
          <State signal={signal(offer)}>
            {offer.provider} {offer.available ? offer.version : null}
          </State>
          <div className={classes.about}>
            {offer.available ? null : (
              <Text size="xs" c="dimmed">
                {offer.reason ?? "not available"}
              </Text>
            )}
            {offer.approvalModes.length > 0 ? <Said about="Modes">{offer.approvalModes.join(", ")}</Said> : null}
            {offer.unavailableModes.map(({ mode, reason }) => (
              <Said key={mode} about={`Not ${mode}`}>
                {reason}
              </Said>
            ))}
            {offer.models?.length ? (
              <Said about="Models">{offer.models.map(({ alias }) => alias).join(", ")}</Said>
            ) : null}
          </div>
        </li>
      ))}
    </ul>
  );
}
