"use client";

import { Code, Text } from "@mantine/core";
import { agentScopes, extraScopes, type Grant, type GrantingProfile, grantFor } from "@signalbox/api/contracts";
import { grantInWords } from "../../lib/scope-words.ts";
import { Lamp } from "../parts/Lamp.tsx";
import classes from "./Profile.module.css";

/** The grant of an agent with this profile, by the rule of the mint, once for each who may ask (CON-41, IDN-45). */
export function GrantPreview({ profile }: { profile: GrantingProfile }) {
  return (
    <div className={classes.grants} aria-live="polite">
      <Asked title="When a person asks" grant={grantFor(profile, null)} />
      <Asked
        title="When an agent asks"
        grant={grantFor(profile, new Set(extraScopes))}
        note={(profile.extraScopes ?? []).length > 0 ? "Extra scopes only as far as the asking agent has them" : null}
      />
      <Text size="xs" c="dimmed" component="div" className={classes.usual}>
        Besides, what every agent may:{" "}
        {agentScopes.map((scope) => (
          <Code key={scope}>{scope}</Code>
        ))}
      </Text>
    </div>
  );
}

function Asked({ title, grant, note }: { title: string; grant: Grant; note?: string | null }) {
  const more = grant.scopes.filter((scope) => !(agentScopes as readonly string[]).includes(scope));
  return (
    <section className={classes.grant} aria-label={title}>
      <Text size="xs" c="dimmed" fw={500}>
        {title}
      </Text>
      <ul className={classes.lines}>
        {grantInWords(grant, agentScopes).map((line) => (
          <li key={line}>
            {line === "Start no agents" ? <Lamp tone="grey" shape="cross" /> : <Lamp tone="green" shape="check" />}
            <span>{line}</span>
          </li>
        ))}
      </ul>
      {note ? (
        <Text size="xs" c="dimmed">
          {note}
        </Text>
      ) : null}
      {more.length > 0 ? (
        <div className={classes.scopes}>
          {more.map((scope) => (
            <Code key={scope}>{scope}</Code>
          ))}
        </div>
      ) : null}
    </section>
  );
}
