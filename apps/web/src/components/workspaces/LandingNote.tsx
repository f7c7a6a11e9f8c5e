"use client";

import { Anchor, Badge, Text } from "@mantine/core";
import { landingFacts } from "../../lib/landing-facts.ts";

/** The pull request and the error of a landing; nothing when there is neither (CON-30, CON-31). */
export function LandingNote({ metadata }: { metadata: Record<string, unknown> }) {
  const { link, plain, error } = landingFacts(metadata);
  return (
    <>
      {link ? (
        <Anchor href={link.href} target="_blank" rel="noopener noreferrer" size="xs">
          {link.text}
        </Anchor>
      ) : null}
      {plain ? <Text size="xs">{plain}</Text> : null}
      {error ? (
        <Badge color="orange" variant="light" tabIndex={0} maw={260} tt="none" data-hint={error}>
          {error}
        </Badge>
      ) : null}
    </>
  );
}
