"use client";

import { Text } from "@mantine/core";
import { agentScopes, grantFor, type ProviderOffer } from "@signalbox/api/contracts";
import type { NewAgentValues } from "../../lib/new-agent.ts";
import { wholeGrantInWords } from "../../lib/scope-words.ts";
import { approvalInForce } from "../../lib/spawn-choices.ts";
import type { Profile } from "../../lib/types.ts";
import classes from "./GrantPreview.module.css";

interface Props {
  values: NewAgentValues;
  offer: ProviderOffer | undefined;
  profile: Profile | null;
}

/** What the agent will be allowed to do, by the rule of the mint, before it is started (CON-52, IDN-45). */
export function GrantPreview({ values, offer, profile }: Props) {
  const mode = approvalInForce(offer, values.approvalMode, profile?.approvalMode);
  return (
    <section className={classes.preview} aria-label="What it may do">
      <Text size="sm" fw={500}>
        It will be allowed to
      </Text>
      <ul className={classes.lines}>
        {wholeGrantInWords(grantFor(profile, null), agentScopes).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <Text size="xs" c="dimmed">
        {profile ? `By profile ${profile.name}, version ${profile.version}` : "The grant of an agent without a profile"}
        {mode ? `; in approval mode ${mode}` : null}.
      </Text>
    </section>
  );
}
