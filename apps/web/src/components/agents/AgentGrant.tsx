"use client";

import { Text } from "@mantine/core";
import { agentScopes } from "@signalbox/api/contracts";
import { constraintsInWords } from "../../lib/constraint-words.ts";
import { wholeGrantInWords } from "../../lib/scope-words.ts";
import type { AgentDetail } from "../../lib/types.ts";
import { hasEnded } from "../../lib/words.ts";
import { Panel } from "../parts/Panel.tsx";
import classes from "./AgentGrant.module.css";

/** What the agent's live token lets it do and where, in words; the scopes themselves are one click away (CON-20). */
export function AgentGrant({ agent: { grant, kind, status } }: { agent: AgentDetail }) {
  if (!grant) {
    return (
      <Panel title="Grant">
        <Text size="sm" c="dimmed">
          {hasEnded(status)
            ? "None: its token ended with it."
            : kind === "interactive"
              ? "It came with a token that a person made; see there."
              : "None yet: its token is made when its host starts it."}
        </Text>
      </Panel>
    );
  }
  // Who it is and its quota are said elsewhere on the page.
  const { agents, spawnRequestIds, maxSpawnedAgents, ...limits } = grant.constraints;
  return (
    <Panel
      title="Grant"
      aside={<span>{grant.maxSpawnedAgents > 0 ? `quota ${grant.maxSpawnedAgents}` : "no quota"}</span>}
    >
      <ul className={classes.lines}>
        {[...wholeGrantInWords(grant, agentScopes), ...constraintsInWords(limits)].map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <details className={classes.raw}>
        <summary>{grant.scopes.length} scopes</summary>
        <code>{grant.scopes.join(" ")}</code>
      </details>
    </Panel>
  );
}
