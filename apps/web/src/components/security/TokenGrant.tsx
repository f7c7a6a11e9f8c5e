"use client";

import { Text } from "@mantine/core";
import type { Constraints, Scope } from "@signalbox/api/contracts";
import { constraintsInWords } from "../../lib/constraint-words.ts";
import { scopesByGroup } from "../../lib/scope-words.ts";
import { absoluteTime } from "../../lib/time.ts";
import classes from "./Security.module.css";

/** What a token with these scopes and constraints could do, in words (CON-49). */
export function TokenGrant({ wanted }: { wanted: { scopes?: string[]; constraints: Constraints } }) {
  const { scopes = [], constraints } = wanted;
  const limits = constraintsInWords(constraints);
  return (
    <section className={classes.grant} aria-label="What it may do" aria-live="polite">
      <Text size="xs" c="dimmed" fw={500}>
        What it may do
      </Text>
      <dl className={classes.groups}>
        {scopesByGroup(scopes as Scope[]).map(({ about, words }) => (
          <div key={about}>
            <dt>{about}</dt>
            <dd>{words}</dd>
          </div>
        ))}
        {scopes.length === 0 ? (
          <div>
            <dt>Nothing</dt>
            <dd>No scope is chosen</dd>
          </div>
        ) : null}
        <div>
          <dt>Limits</dt>
          <dd>{limits.length > 0 ? limits.join(" · ") : "none"}</dd>
        </div>
        <div>
          <dt>Ends</dt>
          <dd>{constraints.expiresAt ? absoluteTime(constraints.expiresAt) : "when it is revoked"}</dd>
        </div>
      </dl>
    </section>
  );
}
